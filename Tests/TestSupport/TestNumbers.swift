internal import Randomness

/// Seeded numbers for tests. Every array drawn is new; the same title always gives the same ones, so a failure
/// repeats by itself.
package struct TestNumbers: Sendable {
  /// The seed, for messages.
  package let seed: UInt64
  private let philox: Philox
  private var step: UInt64 = 0

  /// Numbers for the test with the given title.
  package init(_ title: String) {
    // FNV-1a: stable across runs, which `hashValue` is not.
    let hash = title.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    self.init(seed: hash)
  }

  /// Numbers for a seed.
  package init(seed: UInt64) {
    self.seed = seed
    philox = Philox(seed: seed, purpose: .other(7))
  }

  /// `count` normal numbers, exactly representable in float32.
  package mutating func normals(_ count: Int, deviation: Double = 1) -> [Float] {
    step += 1
    return (0..<count).map { Float(deviation * philox.normals(step: step, index: UInt64($0)).0) }
  }

  /// `count` numbers in `range`.
  package mutating func uniforms(_ count: Int, in range: ClosedRange<Double>) -> [Float] {
    step += 1
    return (0..<count).map {
      Float(
        range.lowerBound + (range.upperBound - range.lowerBound)
          * philox.uniform(step: step, index: UInt64($0)))
    }
  }

  /// `count` integers below `bound`.
  package mutating func integers(_ count: Int, below bound: Int) -> [Int32] {
    step += 1
    return (0..<count).map { Int32(philox.below(bound, step: step, index: UInt64($0))) }
  }

  /// One integer below `bound`.
  package mutating func integer(below bound: Int) -> Int { Int(integers(1, below: bound)[0]) }
}
