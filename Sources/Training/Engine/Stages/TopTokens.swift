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
  package static func of(_ logits: some RandomAccessCollection<Float>, count: Int) -> [Entry] {
    var best: [(id: Int32, logit: Float)] = []
    best.reserveCapacity(count + 1)
    var largest = -Float.infinity
    for (id, logit) in logits.enumerated() {
      largest = max(largest, logit)
      guard best.count < count || logit > best[best.count - 1].logit else { continue }
      let place = best.firstIndex { logit > $0.logit } ?? best.count
      best.insert((Int32(id), logit), at: place)
      if best.count > count { best.removeLast() }
    }
    let normalizer = Double(largest) + log(logits.reduce(0.0) { $0 + exp(Double($1) - Double(largest)) })
    return best.map { Entry(id: $0.id, logProbability: Float(Double($0.logit) - normalizer)) }
  }

  /// The natural log-probability of one token.
  package static func logProbability(of id: Int32, in logits: some RandomAccessCollection<Float>) -> Float {
    let largest = Double(logits.max() ?? 0)
    let sum = logits.reduce(0.0) { $0 + exp(Double($1) - largest) }
    let logit = logits[logits.index(logits.startIndex, offsetBy: Int(id))]
    return Float(Double(logit) - largest - log(sum))
  }
}
