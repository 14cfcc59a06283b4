import DraftData
import FileSystem
import Serving
import TestSupport
import Testing

@Suite struct ServedGenerationTests {
  /// What a server is asked for and what becomes of it, for texts whose prompt is their number.
  private static func documents(
    _ count: Int, policy: AlignmentTally.Policy = .keep, entryCount: Int = 0, seed: UInt64? = 3,
    _ reply: @escaping @Sendable (Int) -> String
  ) throws -> (documents: [CorpusDocument?], tally: AlignmentTally, bodies: [JSONValue]) {
    let server = SimulatedServer { request, _ in
      let prompt = (try? JSONValue.parse(request.body))?["prompt"]?.stringValue ?? ""
      let number = Int(prompt) ?? -1
      return (Double(number * 7919 % 13), .success(.json(reply(number))))
    }
    var settings = ServedGeneration<SimulatedServer>.Settings(
      endpoint: try Endpoint(base: "http://server/v1", model: "m", api: .completions))
    (settings.entryCount, settings.seed, settings.concurrency) = (entryCount, seed, 3)
    let tokenizer = try SampleTokenizer.load()
    var texts = ServedTexts(
      try SampleTokenizer.aligner(entryCount: entryCount), policy: policy, entryCount: entryCount)
    var documents: [CorpusDocument?] = []
    try ServedGeneration(settings, transport: server, clock: server).run(
      0..<count,
      prompt: { index in
        let (content, ids) = ServedPrompt.text(
          of: tokenizer.encode("\(index)", addSpecialTokens: false), tokenizer)
        return ServedPrompt(content: content, tokens: ids, domain: "d", temperature: Double(index % 2))
      },
      texts: &texts, trouble: { _ in }, checkForStop: {},
      append: {
        documents.append($0)
        return true
      })
    return (documents, texts.tally, try server.requests.map { try JSONValue.parse($0.request.body) })
  }

  private static func answer(_ number: Int, ending: String = "stop", usage: String = "{}") -> String {
    #"{"choices": [{"text": " and \#(number)", "finish_reason": "\#(ending)"}], "usage": \#(usage)}"#
  }

  @Test func documentsComeInOrderWithAllThatIsKnownOfThem() throws {
    let (documents, tally, bodies) = try Self.documents(20) { Self.answer($0) }
    let tokenizer = try SampleTokenizer.load()
    for (index, document) in documents.enumerated() {
      #expect(document?.source == index && document?.domain == "d" && document?.teacher == nil)
      #expect(document?.temperature == Float(index % 2))
      #expect(
        document.map { tokenizer.decode($0.tokens, skippingSpecialTokens: false) }
          == "\(index) and \(index)" + (tokenizer.token(1) ?? ""))
    }
    #expect(tally.total == 20 && tally.written == 20 && tally.lines(.keep).isEmpty)
    let seeds = bodies.compactMap { body -> Int? in
      if case .integer(let seed)? = body["seed"] { seed } else { nil }
    }
    #expect(Set(seeds).count == 20 && seeds.allSatisfy { (0..<1 << 31).contains($0) })
    #expect(try Self.documents(20) { Self.answer($0) }.bodies == bodies)
    #expect(try Self.documents(1, seed: nil) { Self.answer($0) }.bodies[0]["seed"] == nil)
  }

  @Test func textsThatAreNotCertainAreCountedAndKeptOrDropped() throws {
    let reply: @Sendable (Int) -> String = {
      Self.answer($0, usage: $0 % 4 == 1 ? #"{"prompt_tokens": 99}"# : "{}")
    }
    let kept = try Self.documents(8, reply)
    #expect(kept.documents.allSatisfy { $0 != nil } && kept.tally.count(.prompt) == 2)
    #expect(
      kept.tally.lines(.keep) == [
        "2 of 8 texts kept without the teacher's entries: the server counted or named other prompt tokens than ours"
      ])
    let dropped = try Self.documents(8, policy: .drop, reply)
    #expect(dropped.documents.map { $0 == nil } == (0..<8).map { $0 % 4 == 1 })
    #expect(dropped.tally.written == 6 && dropped.tally.lines(.drop).count == 1)
  }

  @Test func otherEndingsAreLeftOutAndCounted() throws {
    let (documents, tally, _) = try Self.documents(3) {
      Self.answer($0, ending: $0 == 1 ? "content_filter" : "stop")
    }
    #expect(documents.map { $0 == nil } == [false, true, false] && tally.refusedCount == 1)
    #expect(
      tally.lines(.keep) == ["1 of 3 texts left out: they ended with finish_reason 'content_filter'"])
  }

  @Test func aServerThatTellsNoProbabilitiesIsAnErrorWhereTheyAreWanted() throws {
    let error = #expect(throws: InputError.self) {
      _ = try Self.documents(3, entryCount: 4) { Self.answer($0) }
    }
    #expect(error?.key == "text 0" && error?.found == "an answer without log-probabilities")
  }

  @Test func aServerWithAnotherTokenizerIsNotAskedForever() throws {
    let error = #expect(throws: InputError.self) {
      _ = try Self.documents(100, entryCount: 1) { number in
        #"{"choices": [{"text": " and", "finish_reason": "stop", "logprobs": {"tokens": [" an", "d"]}}], "#
          + #""usage": {"prompt_tokens": \#(number + 9)}}"#
      }
    }
    #expect(error?.found.hasPrefix("none of the first 32 texts is in our tokens") == true)
  }

  @Test func aPromptThatIsCutInsideACharacterLosesIt() throws {
    let tokenizer = try SampleTokenizer.load()
    let whole = tokenizer.encode("a \u{20AC}", addSpecialTokens: false)
    let (content, ids) = ServedPrompt.text(of: [0] + whole.dropLast(), tokenizer)
    // The server's tokenizer puts the begin token there by itself.
    #expect(content == .text("a ") && ids == tokenizer.encodePrompt("a "))
  }

  @Test func aBeginTokenThatNoTokenizerAddsStandsInTheText() throws {
    var trainer = try BPETrainer(vocabularySize: 260, specialTokens: ["<|begin|>", "<|end|>"])
    trainer.add("a b")
    let tokenizer = try TokenizerLoader.read(
      tokenizerJSON: try trainer.train().tokenizerJSON(), file: "tokenizer.json", beginToken: 0,
      endTokens: [1])
    let written = tokenizer.encode("a b", addSpecialTokens: false)
    let (content, ids) = ServedPrompt.text(of: [0] + written, tokenizer)
    #expect(tokenizer.openingTokens.isEmpty && content == .text("<|begin|>a b") && ids == [0] + written)
  }
}
