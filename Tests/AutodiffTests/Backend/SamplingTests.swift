import Autodiff
import Foundation
import TestSupport
import Testing

@Suite("Choosing tokens")
struct SamplingTests {
  private func choose(
    _ logits: [Float], vocabulary: Int, temperatures: [Float], uniforms: [Double], threads: Int = 1
  ) -> [Int32] {
    let backend = CPUBackend(threads: threads)
    let region = backend.makeRegion(label: "logits")
    backend.reserve(region, count: logits.count)
    let slot = Slot(region: region, offset: 0, count: logits.count)
    backend.write(logits, to: slot)
    var tokens = [Int32](repeating: -1, count: temperatures.count)
    backend.chooseTokens(
      slot, temperatures: temperatures, uniforms: uniforms, into: &tokens, vocabulary: vocabulary)
    return tokens
  }

  private func choose(_ row: [Float], _ temperature: Float, _ uniform: Double = 0.5) -> Int32 {
    choose(row, vocabulary: row.count, temperatures: [temperature], uniforms: [uniform])[0]
  }

  @Test(
    "a drawn token is where the running sum passes the uniform number",
    arguments: [1, 2, 255, 256, 257, 5000])
  func law(vocabulary: Int) {
    var numbers = TestNumbers("sampling \(vocabulary)")
    let row = numbers.normals(vocabulary).map { 3 * $0 }
    let count = 301
    for temperature in [0.3, 1, 2.5] as [Float] {
      // Evenly spaced uniform numbers meet every token in proportion to its probability.
      let uniforms = (0..<count).map { (Double($0) + 0.5) / Double(count) }
      let tokens = choose(
        [[Float]](repeating: row, count: count).flatMap { $0 }, vocabulary: vocabulary,
        temperatures: [Float](repeating: temperature, count: count), uniforms: uniforms, threads: 2)
      let largest = Double(row.max() ?? 0)
      let weights = row.map { exp((Double($0) - largest) / Double(temperature)) }
      let total = weights.reduce(0, +)
      for (token, uniform) in zip(tokens, uniforms) {
        let before = weights[..<Int(token)].reduce(0, +) / total
        let after = before + weights[Int(token)] / total
        #expect(
          before <= uniform + 1e-5 && after >= uniform - 1e-5, "\(token) at \(uniform): \(before) \(after)")
      }
    }
  }

  @Test("temperature 0 takes the first of the largest")
  func greedy() {
    #expect(choose([1, 3, 3, 2], 0) == 1)
    #expect(choose([-.infinity, -5], 0) == 1)
    #expect(choose([Float](repeating: 0, count: 700) + [1], 0) == 700)
  }

  @Test("the smallest temperatures are greedy, the largest level")
  func extremes() {
    for temperature in [.leastNonzeroMagnitude, 0x1p-130, 1e-20] as [Float] {
      #expect(choose([-88, 90, 89], temperature) == 1)
    }
    #expect(choose([0, 50, 100, 150], 1e30, 0.49) == 1 && choose([0, 50, 100, 150], 1e30, 0.51) == 2)
    #expect(choose([0, 0], 1, 0) == 0 && choose([0, 0], 1, 0.999_999_999) == 1)
  }

  @Test("what is not a number is never chosen")
  func notANumber() {
    for uniform in [0, 0.3, 0.999] {
      #expect(choose([.nan, 1, .nan], 1, uniform) == 1)
      #expect(choose([-.infinity, .nan, 2], 1, uniform) == 2)
    }
    #expect(choose([.nan, .nan], 1) == 0 && choose([.nan, .nan], 0) == 0)
    #expect(choose([.nan, -.infinity], 1) == 1)
    #expect(choose([1, .infinity, .infinity], 1) == 1)
  }

  @Test("gives the same tokens on any number of threads")
  func threads() {
    var numbers = TestNumbers("sampling threads")
    let logits = numbers.normals(64 * 999)
    let temperatures = (0..<64).map { Float($0 % 4) * 0.5 }
    let uniforms = (0..<64).map { Double($0) / 64 }
    let expected = choose(logits, vocabulary: 999, temperatures: temperatures, uniforms: uniforms)
    for threads in [2, 3] {
      #expect(
        choose(logits, vocabulary: 999, temperatures: temperatures, uniforms: uniforms, threads: threads)
          == expected)
    }
  }
}
