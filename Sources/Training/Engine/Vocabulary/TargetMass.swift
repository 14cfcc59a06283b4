internal import Autodiff
internal import DraftData
internal import Foundation
internal import Models

/// Runs the target over documents and reports its distribution at each position in the loss.
struct TargetMass {
  let target: LanguageModel
  let backend: CPUBackend
  /// Positions at most.
  let limit: Int
  /// Rows of one pass.
  private static let chunk = 256

  /// Visits the distributions, each [vocabulary] and summing to 1, of the first documents.
  func forEach(in store: TokenStore, _ body: ([Double]) -> Void) {
    var left = limit
    let longest = (0..<store.documentCount).map { store.range(of: $0).count }.max() ?? 0
    let capacity = min(longest, target.rotary.positionCount)
    guard capacity > 1 else { return }
    let decoder = CachedDecoder(target, on: backend, lines: 1, capacity: capacity)
    for document in 0..<store.documentCount where left > 0 {
      let range = store.range(of: document).prefix(capacity)
      for start in stride(from: 0, to: range.count - 1, by: Self.chunk) where left > 0 {
        let rows = start..<min(start + Self.chunk, range.count - 1)
        // Row i predicts token i + 1.
        let wanted = Array(rows.filter { store.inLoss[range.startIndex + $0 + 1] }.prefix(left))
        decoder.forward(
          tokens: rows.map { store.tokens[range.startIndex + $0] }, sequences: rows.map { _ in 0 },
          positions: rows.map { Int32($0) }, outputs: wanted.map { $0 - start })
        for output in wanted.indices { decoder.withLogits(of: output) { body(Self.probabilities($0)) } }
        left -= wanted.count
      }
    }
  }

  private static func probabilities(_ logits: ArraySlice<Float>) -> [Double] {
    let largest = Double(logits.max() ?? 0)
    var weights = logits.map { exp(Double($0) - largest) }
    let total = weights.reduce(0, +)
    for index in weights.indices { weights[index] /= total }
    return weights
  }
}
