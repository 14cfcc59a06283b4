internal import Autodiff
internal import Evaluation
internal import Models

/// Target and drafter with their caches, for draft-and-verify on some prompts.
struct DecoderPair {
  let target: CachedDecoder
  let drafter: CachedDecoder
  private let draftLength: Int

  /// Prompts decoded side by side at most.
  private static let largestLineCount = 32

  /// How many of so many prompts are decoded side by side.
  static func lineCount(for prompts: Int) -> Int { max(1, min(prompts, largestLineCount)) }

  /// Takes the caches' memory.
  init(
    target: LanguageModel, drafter: LanguageModel, promptCount: Int, promptTokens: Int, newTokens: Int,
    draftLength: Int, on backend: any Backend
  ) {
    let capacity = promptTokens + newTokens + draftLength + 2
    let lines = Self.lineCount(for: promptCount)
    self.target = CachedDecoder(target, on: backend, lines: lines, capacity: capacity)
    self.drafter = CachedDecoder(drafter, on: backend, lines: lines, capacity: capacity)
    self.draftLength = draftLength
  }

  /// Plans the largest passes, so that no more memory will be taken.
  func prepare() {
    let rows = target.lineCount * (draftLength + 1)
    target.prepare(rows: max(rows, target.rowLimit), outputs: 1)
    target.prepare(rows: rows, outputs: rows)
    drafter.prepare(rows: max(2 * drafter.lineCount, drafter.rowLimit), outputs: 1)
    drafter.prepare(rows: 2 * drafter.lineCount, outputs: drafter.lineCount)
  }
}
