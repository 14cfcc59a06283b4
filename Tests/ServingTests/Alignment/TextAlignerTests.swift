import DraftData
import FileSystem
import Serving
import TestSupport
import Testing

@Suite struct TextAlignerTests {
  private let tokenizer: any Tokenizer
  private let prompt: [Int32]

  init() throws {
    tokenizer = try SampleTokenizer.load()
    prompt = [0] + tokenizer.encode("Once upon", addSpecialTokens: false)
  }

  private func ids(_ text: String) -> [Int32] { tokenizer.encode(text, addSpecialTokens: false) }

  private func id(_ text: String) throws -> Int32 {
    let ids = ids(text)
    return try #require(ids.count == 1 ? ids[0] : nil, "'\(text)' is no token")
  }

  /// A token as most servers tell of it, with `other` beside it.
  private func token(_ text: String, _ value: Double = -1, other: (String, Double)? = nil)
    -> ServedAnswer.Token
  {
    var alternatives = [(spelling: ServedAnswer.Spelling(text: text), logProbability: value)]
    if let other { alternatives.append((.init(text: other.0), other.1)) }
    return .init(.init(text: text), logProbability: value, alternatives: alternatives)
  }

  private func aligned(_ answer: ServedAnswer, entryCount: Int = 2) throws -> AlignedText {
    try SampleTokenizer.aligner(entryCount: entryCount).align(answer, prompt: prompt)
  }

  @Test func spellingsAreAlignedWithOurCut() throws {
    let answer = ServedAnswer(
      text: " a time", ending: .stop, tokens: [token(" a", -0.5, other: (" the", -0.25)), token(" time")])
    let text = try aligned(answer)
    let (a, the, time) = (try id(" a"), try id(" the"), try id(" time"))
    #expect(text.trouble == nil && text.tokens == [a, time, 1])
    // The end has no row: the server did not tell of it.
    #expect(text.indices == [the, a, time, -1, -1, -1])
    #expect(text.logProbabilities == [-0.25, -0.5, -1, 0, 0, 0])
  }

  @Test func theEndHasARowWhereTheServerTellsOfIt() throws {
    let answer = ServedAnswer(text: " a", ending: .stop, tokens: [token(" a"), token("", -0.125)])
    let text = try aligned(answer, entryCount: 1)
    #expect(try text.trouble == nil && text.indices == [id(" a"), 1])
    #expect(text.logProbabilities == [-1, -0.125])
  }

  @Test func aTextThatIsCutHasNoEnd() throws {
    let text = try aligned(ServedAnswer(text: " a time", ending: .length), entryCount: 0)
    #expect(text.trouble == nil && text.tokens == ids(" a time") && text.indices == nil)
  }

  @Test func tokensThatOurCutHasNotAreTakenWhereTheyAreCertain() throws {
    // The model has written "time" as two tokens, which no tokenizer would.
    let pieces = [" t", "ime"]
    let expected = try pieces.map { try id($0) }
    #expect(ids(" time") != expected)
    let text = try aligned(ServedAnswer(text: " time", ending: .length, tokens: pieces.map { token($0) }))
    #expect(text.trouble == nil && text.tokens == expected)
  }

  @Test func tokensThatAreNotOursAreNeverAligned() throws {
    let answer = ServedAnswer(text: " a time", ending: .stop, tokens: [token(" a ti"), token("me")])
    let text = try aligned(answer)
    #expect(text.trouble == .tokens && text.indices == nil && text.tokens == ids(" a time") + [1])
  }

  @Test func oneTokenMoreIsTheEndOrNothing() throws {
    let answer = ServedAnswer(text: " a", ending: .stop, tokens: [token(" a"), token(" time")])
    #expect(try aligned(answer).trouble == .tokens)
  }

  @Test func idsAreTakenAsTheyAre() throws {
    let own: [Int32] = [try id(" t"), try id("ime"), 1]
    var answer = ServedAnswer(text: " time", ending: .stop)
    answer.tokenIDs = own
    #expect(try aligned(answer).tokens == own)
    answer.tokens = own.map { .init(.init(id: $0, text: ""), logProbability: -2) }
    answer.tokenIDs = nil
    let text = try aligned(answer, entryCount: 1)
    #expect(text.tokens == own && text.indices == own && text.trouble == nil)
  }

  @Test func idsOfAnotherTextAreNoticed() throws {
    var answer = ServedAnswer(text: " a time", ending: .stop)
    answer.tokenIDs = [try id(" the"), 1]
    let text = try aligned(answer)
    #expect(text.trouble == .text && text.tokens == ids(" a time") + [1])
  }

  @Test func idsOfAnotherVocabularyAreAnError() throws {
    var answer = ServedAnswer(text: " a", ending: .stop)
    answer.tokenIDs = [Int32(tokenizer.vocabularySize)]
    let error = #expect(throws: InputError.self) { _ = try aligned(answer) }
    #expect(error?.found == "the token id \(tokenizer.vocabularySize) in the server's answer")
    let stranger = ServedAnswer.Token(
      .init(text: " a"), logProbability: -1, alternatives: [(.init(id: 1 << 20, text: ""), -2)])
    #expect(throws: InputError.self) {
      _ = try aligned(ServedAnswer(text: " a", ending: .length, tokens: [stranger]))
    }
  }

  @Test func anotherPromptIsNoticed() throws {
    var answer = ServedAnswer(text: " a", ending: .stop, tokens: [token(" a")])
    answer.promptTokenCount = prompt.count
    #expect(try aligned(answer).trouble == nil)
    answer.promptTokenCount = prompt.count - 1
    let text = try aligned(answer)
    #expect(try text.trouble == .prompt && text.indices == nil && text.tokens == [id(" a"), 1])
    answer.promptTokenIDs = prompt
    #expect(try aligned(answer).trouble == nil)
    answer.promptTokenIDs?[1] += 1
    #expect(try aligned(answer).trouble == .prompt)
  }

  @Test func anotherNumberOfTokensIsNoticed() throws {
    var answer = ServedAnswer(text: " a time", ending: .stop)
    for (count, trouble) in [(2, nil), (3, nil), (4, .length), (1, .length)]
      as [(Int, AlignedText.Misalignment?)]
    {
      answer.completionTokenCount = count
      #expect(try aligned(answer, entryCount: 0).trouble == trouble)
    }
  }

  @Test func halfACharacterHasNoRowsAndMisleadsNoOther() throws {
    // A character of three bytes, each a token: what servers call them differs, and cannot be told apart.
    let parts = ids("\u{20AC}")
    try #require(parts.count > 1)
    let words = [String](repeating: "\u{FFFD}", count: parts.count)
    let answer = ServedAnswer(
      text: " a\u{20AC}", ending: .length,
      tokens: [token(" a")] + words.map { token($0, -1, other: (" the", -2)) })
    let text = try aligned(answer, entryCount: 1)
    #expect(try text.trouble == nil && text.tokens == [id(" a")] + parts)
    #expect(try text.indices == [id(" a")] + [Int32](repeating: -1, count: parts.count))
  }

  @Test func bytesTellHalfACharacter() throws {
    let parts = ids("\u{20AC}")
    let tokens = parts.map { id in
      let spelling = ServedAnswer.Spelling(text: "\u{FFFD}", bytes: tokenizer.bytes(of: id, isFirst: false))
      return ServedAnswer.Token(spelling, logProbability: -1, alternatives: [(spelling, -1)])
    }
    let text = try aligned(ServedAnswer(text: "\u{20AC}", ending: .length, tokens: tokens), entryCount: 1)
    #expect(text.trouble == nil && text.tokens == parts && text.indices == parts)
  }

  @Test func aTextThatEndsInsideACharacterIsNotCertain() throws {
    let text = try aligned(ServedAnswer(text: " a\u{FFFD}", ending: .length), entryCount: 0)
    #expect(try text.trouble == .length && text.tokens == [id(" a")])
  }

  @Test func whatCouldBeSeveralTokensIsNoEntry() throws {
    // "\u{FFFD}" and "" stand for no token; the rest of the row stays.
    let token = ServedAnswer.Token(
      .init(text: " a"), logProbability: -1,
      alternatives: [
        (.init(text: " a"), -1), (.init(text: "\u{FFFD}"), -0.7), (.init(text: ""), -3),
        (.init(text: " the"), -2),
      ])
    let text = try aligned(ServedAnswer(text: " a", ending: .length, tokens: [token]), entryCount: 4)
    #expect(try text.indices == [id(" a"), id(" the"), -1, -1])
  }

  @Test func aProbabilityAboveOneIsAnError() {
    let answer = ServedAnswer(text: " a", ending: .length, tokens: [token(" a", 0.5)])
    #expect(throws: InputError.self) { _ = try aligned(answer) }
  }
}
