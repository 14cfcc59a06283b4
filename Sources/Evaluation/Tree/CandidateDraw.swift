/// How a drafter chooses the candidates after a node, and with that the rule by which they are verified.
package enum CandidateDraw: String, Sendable, Hashable, CaseIterable {
  /// The likeliest tokens, judged by the target alone: EAGLE-2, EAGLE-3, and every greedy text.
  case likeliest
  /// Independent draws, recursive rejection: SpecInfer.
  case withReplacement = "with-replacement"
  /// Draws of what is left, recursive rejection: EAGLE-1, Sequoia.
  case withoutReplacement = "without-replacement"
  /// Independent draws, one test for all: SpecTr.
  case sequential = "k-seq"

  /// The rule for drawn candidates; nil for those that are not drawn.
  package var rule: (any MultiCandidateRule)? {
    switch self {
    case .likeliest: nil
    case .withReplacement: RecursiveRejection(.withReplacement)
    case .withoutReplacement: RecursiveRejection(.withoutReplacement)
    case .sequential: KSequentialRule()
    }
  }
}
