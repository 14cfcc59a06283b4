/// Whether speculative greedy texts are the target's own.
///
/// A row computed in a small and in a large batch differs in its last bits, so two correct greedy texts may part
/// where the target's two best tokens are equally good. At the first difference both tokens must lie within
/// `tolerance` of the best log-probability: then it counts as a tie, else as a difference, which is a bug.
package struct GreedyAgreement: Sendable, Hashable, Codable {
  /// The greatest gap in log-probability that counts as a tie.
  package static let tolerance: Float = 1e-4

  /// Texts that are equal to the last token.
  package private(set) var equal = 0
  /// Texts that part at a near-tie.
  package private(set) var ties = 0
  /// Texts that part where the target has a clear favourite.
  package private(set) var different = 0

  /// No text compared yet.
  package init() {}

  /// Compares the texts of plain and of speculative decoding, and asks the target where they part.
  ///
  /// - Parameter target: its cache line 0 is overwritten.
  package init(
    target: some SequenceModel, requests: [DecodingRequest], plain: [Completion], speculative: [Completion]
  ) throws {
    precondition(plain.count == requests.count && speculative.count == requests.count)
    for (index, request) in requests.enumerated() {
      let (a, b) = (plain[index].tokens, speculative[index].tokens)
      if a == b {
        equal += 1
      } else if let place = zip(a, b).firstDifference,
        try Self.isTie(target, after: request.prompt + a[..<place], a[place], b[place])
      {
        ties += 1
      } else {
        different += 1
      }
    }
  }

  /// Whether both tokens are as good as the best one after `context`.
  private static func isTie(
    _ target: some SequenceModel, after context: [Int32], _ a: Int32, _ b: Int32
  ) throws -> Bool {
    var batch = RowBatch()
    for (position, token) in context.dropLast().enumerated() {
      batch.append(token: token, line: 0, position: position)
    }
    try batch.fill(target)
    batch.removeAll()
    batch.appendOutput(token: context[context.count - 1], line: 0, position: context.count - 1)
    try batch.forward(target)
    var logits = [Float](repeating: 0, count: target.vocabularySize)
    target.copyLogits(output: 0, into: &logits)
    // Log-probabilities differ exactly as the logits do.
    let best = logits[Int(greedyToken(logits))]
    return best - logits[Int(a)] < tolerance && best - logits[Int(b)] < tolerance
  }
}

extension Zip2Sequence where Sequence1 == [Int32], Sequence2 == [Int32] {
  /// Where the two first differ, or nil where one merely continues the other.
  fileprivate var firstDifference: Int? {
    enumerated().first { $0.element.0 != $0.element.1 }?.offset
  }
}
