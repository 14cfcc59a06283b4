import Autodiff
import Randomness

/// addUniformNoise: steps, micro-batches, and counters around a word's ends.
enum NoiseRows {
  static let seed: UInt64 = 0x1234_5678_9ABC_DEF0

  static var cases: [OperationCase] {
    [
      noise([0, 5], step: [0, 0]), noise([3, 0], step: [0, 0]), noise([1, 1], step: [0, 0]),
      noise([3, 5], step: [7, 2]), noise([3, 5], step: [2, 7]),
      noise([2, 13], step: [Int32.max, Int32.max]),
      noise([4, 16], step: [1, 0]), noise([331, 433], step: [80_000, 3]),
    ]
  }

  static func noise(_ shape: Shape, step: [Int32]) -> OperationCase {
    let generator = Philox(seed: seed, purpose: .noise)
    return OperationCase(
      operation: "addUniformNoise", title: "\(shape) at \(step)",
      leaves: [
        .init(shape),
        .init([shape.rows], isLearned: false, sample: { _, rows in (0..<rows).map { 0.3 * Float($0 % 5) } }),
      ], integers: [step], terms: 1,
      build: { g, x, integers, _ in
        g.addUniformNoise(x[0], amplitudes: x[1], step: integers[0], seed: seed)
      },
      twin: { input in
        let step = UInt64(input.integers[0][1]) << 32 | UInt64(input.integers[0][0])
        return input.leaves[0].enumerated().map { index, x in
          // Within 2^-24 of generator.uniform(step:index:), and below it.
          let word = generator.words(step: step, index: UInt64(index)).x
          return x + input.leaves[1][index / shape.columns] * (Double(word >> 8) * 0x1p-24 - 0.5)
        }
      })
  }
}
