/// What the target makes of one chain of drafted tokens.
public struct Verdict: Sendable, Hashable {
  /// How many drafted tokens stand, counted from the first.
  public let acceptedCount: Int
  /// The target's own token after them: the correction at the first rejection, else the bonus token.
  public let token: Int32

  /// A verdict with its two facts.
  public init(acceptedCount: Int, token: Int32) {
    self.acceptedCount = acceptedCount
    self.token = token
  }
}
