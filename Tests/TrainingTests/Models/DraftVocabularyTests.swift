import Autodiff
import FileSystem
import Models
import TestSupport
import Testing

@Suite struct DraftVocabularyTests {
  @Test func theMostFrequentTokensAreKeptAndOfEquallyManyTheLowerIDs() {
    let counts = [5, 0, 9, 5, 0, 1]
    #expect(DraftVocabulary(size: 2, counts: counts).targetIDs == [0, 2])
    #expect(DraftVocabulary(size: 4, counts: counts).targetIDs == [0, 2, 3, 5])
    // Filled with tokens that never occur, lower ids first.
    #expect(DraftVocabulary(size: 5, counts: counts).targetIDs == [0, 1, 2, 3, 5])
    // One token is always left out, else it would be no part.
    #expect(DraftVocabulary(size: 6, counts: counts).count == 5)
  }

  @Test func theEndOfATextIsKeptWhetherItOccursOrNot() {
    let counts = [5, 0, 9, 5, 0, 1]
    #expect(DraftVocabulary(size: 2, counts: counts, kept: [4]).targetIDs == [2, 4])
    #expect(DraftVocabulary(size: 1, counts: counts, kept: [4, 1]).targetIDs == [1, 4])
  }

  /// d2t is an offset, not an id: it never falls and never lies below 0.
  @Test func offsetsAndFlagsAreThoseOfEagle() throws {
    let vocabulary = try DraftVocabulary(targetIDs: [1, 4, 5, 9], targetSize: 10)
    #expect(vocabulary.offsets == [1, 3, 3, 6])
    #expect(zip(0..., vocabulary.offsets).map(+) == vocabulary.targetIDs.map(Int.init))
    #expect(
      vocabulary.isDrafted == [false, true, false, false, true, true, false, false, false, true])
  }

  @Test(arguments: [
    ([], "target_ids"), ([0, 1, 2], "target_ids"), ([0, 3], "target_ids[1]"), ([-1], "target_ids[0]"),
    ([1, 1], "target_ids[1]"), ([1, 0], "target_ids[1]"),
  ])
  func whatIsNoPartIsRefused(ids: [Int32], key: String) {
    let error = #expect(throws: InputError.self) { try DraftVocabulary(targetIDs: ids, targetSize: 3) }
    #expect(error?.key == key)
  }
}

/// A trimmed head beside the whole one.
@Suite struct TrimmedModelTests {
  private static let ids: [Int32] = [0, 3, 4, 11, 20]

  /// The logits of a model after three tokens, and what it would choose.
  private static func pass(
    _ model: LanguageModel, on backend: CPUBackend
  ) -> (logits: [Float], best: Int32, drawn: [Int32]) {
    let decoder = CachedDecoder(model, on: backend, lines: 2, capacity: 8)
    decoder.forward(
      tokens: [7, 21, 13, 2], sequences: [0, 0, 0, 1], positions: [0, 1, 2, 0], outputs: [2, 3])
    return (
      decoder.withLogits(of: 0) { Array($0) }, decoder.bestToken(of: 0),
      decoder.chooseTokens(temperatures: [1, 1], uniforms: [0.3, 0.999])
    )
  }

  @Test(arguments: [RandomModel.tied, RandomModel.untied])
  func logitsAreThoseOfTheWholeHeadAndNothingElsewhere(configuration: ModelConfiguration) throws {
    let backend = CPUBackend(threads: 1)
    let whole = RandomModel.make(configuration, on: backend)
    let vocabulary = try DraftVocabulary(targetIDs: Self.ids, targetSize: configuration.vocabularySize)
    let trimmed = whole.trimmed(to: vocabulary, on: backend)
    let (expected, found) = (Self.pass(whole, on: backend), Self.pass(trimmed, on: backend))
    #expect(found.logits.count == configuration.vocabularySize)
    for id in found.logits.indices {
      let isDrafted = Self.ids.contains(Int32(id))
      // A smaller product may be summed in another order.
      #expect(isDrafted ? abs(found.logits[id] - expected.logits[id]) < 1e-6 : found.logits[id] == -.infinity)
    }
    let best = Self.ids.max { expected.logits[Int($0)] < expected.logits[Int($1)] }
    #expect(found.best == best)
    #expect(found.drawn.allSatisfy(Self.ids.contains))
    #expect(trimmed.configuration.parameterCount == trimmed.store.weightCount)
    #expect(trimmed.head.shape.extents == [Self.ids.count, configuration.hiddenSize])
  }
}
