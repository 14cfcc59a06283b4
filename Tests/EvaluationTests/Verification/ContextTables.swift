import Evaluation
import Randomness

/// Target and drafter distributions over four tokens after every context of up to three tokens. Probabilities
/// are multiples of 2^-20, so that rows sum to exactly one and every law can be checked to 1e-9.
struct ContextTables {
  static let vocabularySize = 4
  let target: [[Float]]
  let draft: [[Float]]

  /// Tables from a seed; some probabilities are zero.
  init(seed: UInt64) {
    let philox = Philox(seed: seed, purpose: .other(1))
    func row(_ table: UInt64, _ context: Int) -> [Float] {
      var parts = (0..<4).map { token in
        philox.below(1 << 17, step: table, index: UInt64(context * 8 + token))
      }
      let zero = philox.below(8, step: table, index: UInt64(context * 8 + 4))
      if zero < 3 { parts[zero] = 0 }
      parts[3] = (1 << 20) - parts[0] - parts[1] - parts[2]
      let shift = philox.below(4, step: table, index: UInt64(context * 8 + 5))
      return (0..<4).map { Float(parts[($0 + shift) % 4]) / Float(1 << 20) }
    }
    target = (0..<Self.contextCount).map { row(0, $0) }
    draft = (0..<Self.contextCount).map { row(1, $0) }
  }

  /// Contexts of 0 … 3 tokens: 1 + 4 + 16 + 64.
  private static let contextCount = 85

  /// The number of a context among all.
  static func index(_ context: some Sequence<Int32>) -> Int {
    context.reduce(0) { $0 * 4 + Int($1) + 1 }
  }

  /// The target's probability of a sequence.
  func targetLaw(_ sequence: [Int32]) -> Double {
    sequence.indices.reduce(1) {
      $0 * Double(target[Self.index(sequence[..<$1])][Int(sequence[$1])])
    }
  }
}
