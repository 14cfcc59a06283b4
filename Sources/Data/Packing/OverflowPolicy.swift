/// What happens to a document that does not fit what is left of a sequence.
public enum OverflowPolicy: String, Sendable, CaseIterable {
  /// It goes on in the next sequence, which begins without its context. Loses no token: for running text.
  case carryOver = "carry-over"
  /// The rest of it is left out. Fills every row; long documents never show their ends.
  case truncate
  /// It begins in the next sequence, and what was left of this one is padding; only what is longer than a whole
  /// sequence is cut. Keeps answers with their prompts, and stored teacher rows true.
  case startNext = "start-next"
}
