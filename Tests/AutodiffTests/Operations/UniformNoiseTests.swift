import Autodiff
import Randomness
import Testing

/// What addUniformNoise draws, and when.
@Suite struct UniformNoiseTests {
  /// Noise of amplitude 1 on zeros.
  private static func noise(
    _ step: [Int32], seed: UInt64 = 3, rows: Int = 40, columns: Int = 31, threads: Int = 1
  ) -> [Float] {
    let backend = CPUBackend(threads: threads)
    var g = Graph()
    let (x, amplitudes, place) = (g.input([rows, columns]), g.input([rows]), g.input([2], .int32))
    let y = g.addUniformNoise(x, amplitudes: amplitudes, step: place, seed: seed)
    let executor = Executor(Plan(g, outputs: [y], training: false, on: backend), on: backend)
    executor.write([Float](repeating: 0, count: rows * columns), to: x)
    executor.write([Float](repeating: 1, count: rows), to: amplitudes)
    executor.write(step, to: place)
    executor.forward()
    return executor.read(y)
  }

  @Test(arguments: [[0, 0], [5, 0], [5, 1], [Int32.max, 2]] as [[Int32]])
  func numbersAreThoseOfPhilox(step: [Int32]) {
    let generator = Philox(seed: 3, purpose: .noise)
    let counter = UInt64(step[1]) << 32 | UInt64(step[0])
    let y = Self.noise(step)
    for (index, value) in y.enumerated() {
      let u = generator.uniform(step: counter, index: UInt64(index))
      #expect(Double(value) + 0.5 <= u && u - Double(value) - 0.5 < 0x1p-24)
    }
    #expect(Self.noise(step, threads: 3) == y)
  }

  @Test func stepsMicroBatchesAndSeedsShareNothing() {
    let all = [
      Self.noise([1, 0]), Self.noise([0, 1]), Self.noise([1, 1]), Self.noise([2, 0]),
      Self.noise([1, 0], seed: 4),
    ]
    for (index, one) in all.enumerated() {
      for other in all[..<index] {
        // 24 bits each: a number may fall on its neighbour's by chance.
        #expect(zip(one, other).count { $0 == $1 } <= 1)
      }
    }
  }

  @Test func noiseIsEvenOverItsRange() {
    let y = Self.noise([9, 0], rows: 100, columns: 100)
    #expect(y.allSatisfy { $0 >= -0.5 && $0 < 0.5 })
    var counts = [Int](repeating: 0, count: 10)
    for value in y { counts[Int((value + 0.5) * 10)] += 1 }
    // A count's standard deviation is 30.
    #expect(counts.allSatisfy { abs($0 - 1000) < 150 })
    // Neighbours have nothing to do with each other: the mean of 9,999 products of variance 1/144.
    let products = zip(y, y.dropFirst()).map { $0 * $1 }
    #expect(abs(products.reduce(0, +) / Float(products.count)) < 5.0 / 1200)
  }

  @Test func aNegativeStepTraps() async {
    await #expect(processExitsWith: .failure) { _ = UniformNoiseTests.noise([-1, 0]) }
    await #expect(processExitsWith: .failure) { _ = UniformNoiseTests.noise([0, -1]) }
  }
}
