/// How many texts of a corpus are certain, and what became of the others.
package struct AlignmentTally: Sendable, Equatable {
  /// What happens to a text whose tokens are not certain.
  package enum Policy: String, Sendable, CaseIterable {
    /// It stays, in our tokenizer's cut and without the teacher's entries.
    case keep
    /// It is left out.
    case drop
  }

  /// Texts that were answered.
  package private(set) var total = 0
  /// Texts in the corpus.
  package private(set) var written = 0
  private var misaligned: [AlignedText.Misalignment: Int] = [:]
  private var refused: [(word: String, count: Int)] = []

  package init() {}

  package static func == (left: AlignmentTally, right: AlignmentTally) -> Bool {
    left.total == right.total && left.written == right.written && left.misaligned == right.misaligned
      && left.refused.elementsEqual(right.refused) { $0 == $1 }
  }

  /// Texts whose tokens are not certain for this reason.
  package func count(_ reason: AlignedText.Misalignment) -> Int { misaligned[reason] ?? 0 }

  /// Texts whose tokens are not certain, whatever became of them.
  package var misalignedCount: Int { misaligned.values.reduce(0, +) }

  /// Texts that ended for a reason of the server's.
  package var refusedCount: Int { refused.reduce(0) { $0 + $1.count } }

  mutating func add(_ trouble: AlignedText.Misalignment?, isWritten: Bool) {
    total += 1
    if isWritten { written += 1 }
    if let trouble { misaligned[trouble, default: 0] += 1 }
  }

  mutating func addRefusal(_ word: String) {
    total += 1
    if let place = refused.firstIndex(where: { $0.word == word }) {
      refused[place].count += 1
    } else {
      refused.append((word, 1))
    }
  }

  /// What a person should know; empty when every text is certain.
  package func lines(_ policy: Policy) -> [String] {
    let fate = policy == .keep ? "kept without the teacher's entries" : "left out"
    let reasons = AlignedText.Misalignment.allCases.filter { count($0) > 0 }
    return reasons.map { "\(count($0)) of \(total) texts \(fate): \($0.explanation)" }
      + refused.map { "\($0.count) of \(total) texts left out: they ended with finish_reason '\($0.word)'" }
      + (written + refusedCount + (policy == .drop ? misalignedCount : 0) < total
        ? ["\(total - written) of \(total) texts are not in the corpus"] : [])
  }
}
