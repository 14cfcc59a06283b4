internal import Evaluation
internal import Foundation

/// The most likely tokens of a row of logits.
package enum TopTokens {
  /// A token with its natural log-probability.
  package struct Entry: Sendable, Equatable {
    package let id: Int32
    package let logProbability: Float
  }

  /// The `count` most likely tokens, most likely first, the lower id first among equals.
  ///
  /// Statistics are in double precision; logits: [vocabulary].
  package static func of(_ logits: ArraySlice<Float>, count: Int) -> [Entry] {
    let best = likeliestRows(count, of: logits)
    let largest = logits.reduce(-Float.infinity, max)
    let normalizer = Double(largest) + log(logits.reduce(0.0) { $0 + exp(Double($1) - Double(largest)) })
    return best.map { Entry(id: Int32($0.row), logProbability: Float(Double($0.value) - normalizer)) }
  }

  /// The natural log-probability of one token.
  package static func logProbability(of id: Int32, in logits: some RandomAccessCollection<Float>) -> Float {
    let largest = Double(logits.max() ?? 0)
    let sum = logits.reduce(0.0) { $0 + exp(Double($1) - largest) }
    let logit = logits[logits.index(logits.startIndex, offsetBy: Int(id))]
    return Float(Double(logit) - largest - log(sum))
  }
}
