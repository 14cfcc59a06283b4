import Evaluation
import FileSystem
import Foundation
import Randomness
import Testing

@Suite struct NGramDrafterTests {
  private static let vocabularySize = 5
  private let documents: [[Int32]] = {
    let philox = Philox(seed: 3, purpose: .other(4))
    return (0..<12).map { (document: Int) -> [Int32] in
      (0..<document * 3).map { (position: Int) -> Int32 in
        let bound = position.isMultiple(of: 2) ? 5 : 2
        return Int32(philox.below(bound, step: UInt64(document), index: UInt64(position)))
      }
    }
  }()

  private func drafter(_ order: Int) throws -> NGramDrafter {
    try NGramDrafter(
      order: order, documents: documents, vocabularySize: Self.vocabularySize, lineCount: 2, capacity: 32)
  }

  /// The recursion of the documentation, by counting substrings.
  private func naive(_ context: [Int32], order: Int) -> [Double] {
    var p = [Double](repeating: 0.2, count: 5)
    for length in 0..<order where length <= context.count {
      let history = Array(context.suffix(length))
      var counts = [Double](repeating: 0, count: 5)
      for document in documents where document.count > length {
        for start in 0..<document.count - length where Array(document[start..<start + length]) == history {
          counts[Int(document[start + length])] += 1
        }
      }
      let (total, types) = (counts.reduce(0, +), Double(counts.count { $0 > 0 }))
      if total == 0 { return p }
      p = zip(counts, p).map { ($0 + types * $1) / (total + types) }
    }
    return p
  }

  @Test(arguments: 1...5)
  func probabilitiesFollowTheRecursion(order: Int) throws {
    let model = try drafter(order)
    let text: [Int32] = [1, 0, 3, 1, 2, 0, 4, 1, 1, 0]
    model.forward(
      tokens: text, sequences: text.map { _ in 1 }, positions: text.indices.map { Int32($0) },
      outputs: [0, 1, 2, 4, 9])
    for (output, row) in [0, 1, 2, 4, 9].enumerated() {
      let expected = naive(Array(text[...row].suffix(order - 1)), order: order)
      var logits = [Float](repeating: 0, count: 5)
      model.copyLogits(output: output, into: &logits)
      let p = logits.map { exp(Double($0)) }
      #expect(zip(p, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "row \(row): \(p), \(expected)")
      #expect(abs(p.reduce(0, +) - 1) < 1e-6)
      #expect(model.argmax(output: output) == Int32(expected.firstIndex(of: expected.max() ?? 0) ?? -1))
    }
  }

  /// Contexts that occurred, contexts that did not, and tokens that were never counted.
  @Test(arguments: 1...6)
  func theFavouriteIsTheMostLikelyTokenOfTheFullPass(order: Int) throws {
    let philox = Philox(seed: 8, purpose: .other(4))
    let corpus = (0..<40).map { (document: Int) -> [Int32] in
      (0..<document * 5).map { (position: Int) -> Int32 in
        let bound = 1 + philox.below(29, step: UInt64(document), index: UInt64(position))
        return Int32(philox.below(bound, step: UInt64(document), index: UInt64(1000 + position)))
      }
    }
    let model = try NGramDrafter(
      order: order, documents: corpus, vocabularySize: 32, lineCount: 1, capacity: 256)
    var logits = [Float](repeating: 0, count: 32)
    var favourites: Set<Int32> = []
    let foreign = (0..<100).map { Int32(philox.below(32, step: 99, index: $0)) }
    for text in [foreign, corpus[39]] {
      model.forward(
        tokens: text, sequences: text.map { _ in 0 }, positions: text.indices.map { Int32($0) },
        outputs: Array(text.indices))
      for output in text.indices {
        model.copyLogits(output: output, into: &logits)
        let favourite = model.argmax(output: output)
        #expect(favourite == greedyToken(logits), "order \(order), after \(text[...output].suffix(6))")
        favourites.insert(favourite)
      }
    }
    #expect(favourites.count > (order == 1 ? 0 : 3))
  }

  /// After 2 1 came four tokens, once each; after 1 alone almost always 0, which stays the most likely.
  @Test func theFavouriteMayBeATokenThatNeverFollowedTheWholeContext() throws {
    let documents: [[Int32]] = Array(repeating: [1, 0], count: 50) + (3...6).map { [2, 1, $0] }
    let model = try NGramDrafter(
      order: 3, documents: documents, vocabularySize: 8, lineCount: 1, capacity: 8)
    model.forward(tokens: [2, 1], sequences: [0, 0], positions: [0, 1], outputs: [1])
    #expect(model.argmax(output: 0) == 0)
    var logits = [Float](repeating: 0, count: 8)
    model.copyLogits(output: 0, into: &logits)
    #expect(greedyToken(logits) == 0)
  }

  @Test func rollingBackForgetsWhatCameLater() throws {
    let model = try drafter(4)
    func last() -> [Float] {
      var logits = [Float](repeating: 0, count: 5)
      model.copyLogits(output: 0, into: &logits)
      return logits
    }
    model.forward(tokens: [1, 2, 3], sequences: [0, 0, 0], positions: [0, 1, 2], outputs: [])
    model.forward(tokens: [0], sequences: [0], positions: [3], outputs: [0])
    let before = last()
    model.forward(tokens: [4, 4], sequences: [0, 0], positions: [2, 3], outputs: [])
    model.forward(tokens: [3, 1], sequences: [0, 1], positions: [2, 0], outputs: [])
    model.forward(tokens: [0], sequences: [0], positions: [3], outputs: [0])
    #expect(last() == before)
  }

  @Test func aDrafterOfTheTargetsOwnTextsBeatsChance() throws {
    let target = HashModel(vocabularySize: 16, capacity: 128, memory: 2)
    let texts = try Generator(model: target, seed: 1, endTokens: []).run(
      (0..<64).map { DecodingRequest(prompt: [$0 % 16, $0 / 4], maximumNewTokens: 60, sequence: UInt64($0)) })
    let drafter = try NGramDrafter(
      order: 3, documents: texts.map(\.tokens), vocabularySize: 16, lineCount: 4, capacity: 128)
    let outcome = try SpeculativeDecoder(
      target: target, drafter: drafter, draftLength: 4, seed: 1, endTokens: []
    ).run((0..<8).map { DecodingRequest(prompt: [$0, 15 - $0], maximumNewTokens: 60, sequence: UInt64($0)) })
    #expect((AcceptanceMetrics(outcome.log).tau ?? 0) > 3)
  }

  @Test func aTokenOutsideTheVocabularyIsRefused() {
    for documents in [[[0, 5]], [[-1]]] as [[[Int32]]] {
      #expect(throws: InputError.self) {
        try NGramDrafter(order: 2, documents: documents, vocabularySize: 5, lineCount: 1, capacity: 8)
      }
    }
    #expect(throws: InputError.self) {
      try NGramDrafter(order: 0, documents: [], vocabularySize: 5, lineCount: 1, capacity: 8)
    }
  }

  @Test func withoutACorpusAllTokensAreEqual() throws {
    let model = try NGramDrafter(order: 3, documents: [], vocabularySize: 4, lineCount: 1, capacity: 8)
    model.forward(tokens: [3], sequences: [0], positions: [0], outputs: [0])
    var logits = [Float](repeating: 0, count: 4)
    model.copyLogits(output: 0, into: &logits)
    #expect(Set(logits).count == 1 && model.argmax(output: 0) == 0)
  }
}
