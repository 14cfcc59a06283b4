internal import Autodiff
internal import Drafters
internal import Models
internal import Objectives

/// Draws drafts from what a drafter says and judges them by what the target says, from the states that their heads read.
final class DraftJudge {
  /// A draft that is wanted.
  struct Place {
    /// The row that reads it.
    let row: Int
    /// The rows whose states the heads of the drafter and of the target read.
    let source: (drafter: Int, target: Int)
    /// In [0, 1), draws it.
    let uniform: Double
  }

  private let isGreedy: Bool
  private let draftTokens: [Int32]?
  private let heads: (drafter: HeadRows, target: HeadRows)

  /// Logits exist for so many rows at a time.
  private static let chunkRows = 128

  /// - Parameters:
  ///   - head: the drafter's, with what its memory belongs to.
  ///   - draftTokens: the target's token of each of its rows; nil where they are the target's in order.
  init(
    head: Parameter, of drafter: AnyObject, draftTokens: [Int32]?, target: LanguageModel,
    temperature: Double, on backend: any Backend
  ) {
    isGreedy = temperature == 0
    self.draftTokens = draftTokens
    // Greedy choices are the likeliest tokens at any temperature.
    let warmth = isGreedy ? 1 : temperature
    heads = (
      HeadRows(
        head, of: drafter, rowLimit: Self.chunkRows, temperature: warmth, normalizing: true, on: backend),
      HeadRows(
        target.head, of: target, rowLimit: Self.chunkRows, temperature: warmth, normalizing: true,
        on: backend)
    )
  }

  var plannedBytes: Int { heads.drafter.plannedBytes + heads.target.plannedBytes }

  /// Puts a draft into each place.
  ///
  /// - Parameters:
  ///   - drafter, target: states, [n, width] one row after another.
  ///   - offset: of the places' rows among those of the labels.
  func draft(
    _ places: [Place], drafter: [Float], target: [Float], into labels: inout AcceptanceLabels, offset: Int = 0
  ) {
    for start in stride(from: 0, to: places.count, by: Self.chunkRows) {
      let chunk = places[start..<min(start + Self.chunkRows, places.count)]
      heads.drafter.read(Self.picked(chunk.map(\.source.drafter), of: drafter, heads.drafter.width))
      heads.target.read(Self.picked(chunk.map(\.source.target), of: target, heads.target.width))
      for (index, place) in chunk.enumerated() {
        labels.draft(
          row: offset + place.row, draft: heads.drafter[index], draftTokens: draftTokens,
          target: heads.target[index], isGreedy: isGreedy, uniform: place.uniform)
      }
    }
  }

  private static func picked(_ rows: [Int], of states: [Float], _ width: Int) -> [Float] {
    rows.flatMap { states[$0 * width..<($0 + 1) * width] }
  }
}
