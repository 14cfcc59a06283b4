import DraftData
import FileSystem
import Testing

@Suite("BPE tokenizers against Hugging Face tokenizers")
struct BPETokenizerTests {
  let golden: TokenizerGolden

  init() throws { golden = try TokenizerGolden() }

  @Test("encodes every text alike", arguments: TokenizerGolden.names)
  func encodes(name: String) throws {
    let variant = try golden.variant(name)
    let tokenizer = try variant.tokenizer()
    #expect(golden.texts.count == variant.plain.count && golden.texts.count >= 300)
    for (text, ids) in zip(golden.texts, variant.plain) {
      #expect(tokenizer.encode(text, addSpecialTokens: false) == ids, "\(text.debugDescription)")
    }
    #expect(tokenizer.encode("The fox", addSpecialTokens: true) == variant.special)
  }

  @Test("decodes every text alike", arguments: TokenizerGolden.names)
  func decodes(name: String) throws {
    let variant = try golden.variant(name)
    let tokenizer = try variant.tokenizer()
    for (ids, text) in zip(variant.plain, variant.decoded) {
      #expect(tokenizer.decode(ids) == text)
      var decoder = StreamingDecoder(tokenizer)
      var streamed = ""
      for id in ids { streamed += decoder.append(id) }
      streamed += decoder.finish()
      #expect(streamed.utf8.elementsEqual(text.utf8))
    }
  }

  @Test("encodes alike after it was written and read again", arguments: TokenizerGolden.names)
  func writes(name: String) throws {
    let variant = try golden.variant(name)
    let written = try JSONValue.parse(try variant.tokenizer().tokenizerJSON())
    #expect(
      written["model"]?["vocab"]?.objectValue?.count == variant.json["model"]?["vocab"]?.objectValue?.count)
    let reread = try TokenizerFixture.load(written)
    for (text, ids) in zip(golden.texts, variant.plain) {
      #expect(reread.encode(text, addSpecialTokens: false) == ids)
    }
    #expect(reread.encode("The fox", addSpecialTokens: true) == variant.special)
    #expect(try JSONValue.parse(try reread.tokenizerJSON()) == written)
  }

  @Test("byte-level vocabularies give back any bytes", arguments: ["gpt2", "llama3"])
  func anyBytes(name: String) throws {
    let tokenizer = try golden.variant(name).tokenizer()
    var state: UInt64 = 99
    for length in [0, 1, 2, 3, 7, 64, 65, 1000, 5000] {
      let bytes = (0..<length).map { _ -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
      }
      let ids = tokenizer.encode(bytes: bytes, addSpecialTokens: false)
      #expect(tokenizer.decodeBytes(ids) == bytes)
    }
    #expect(tokenizer.decodeBytes(tokenizer.encode(bytes: [0xFF], addSpecialTokens: false)) == [0xFF])
  }

  @Test("byte fallback gives back any bytes behind the first space")
  func fallbackBytes() throws {
    let tokenizer = try golden.variant("llama2").tokenizer()
    let bytes: [UInt8] = [0x61, 0xFF, 0xC3, 0x20, 0xE2, 0x96, 0x00, 0xF0, 0x9F, 0x98, 0x80]
    #expect(tokenizer.decodeBytes(tokenizer.encode(bytes: bytes, addSpecialTokens: false)) == bytes)
  }

  @Test("names, finds and marks tokens")
  func vocabulary() throws {
    let tokenizer = try golden.variant("qwen2").tokenizer()
    let turn = try #require(tokenizer.id(of: "<|turn|>"))
    #expect(tokenizer.token(turn) == "<|turn|>" && tokenizer.isSpecial(turn))
    #expect(tokenizer.vocabularySize > 400 && tokenizer.token(Int32(tokenizer.vocabularySize)) == nil)
    let word = try #require(tokenizer.id(of: "Ġquick"))
    #expect(tokenizer.token(word) == "Ġquick" && !tokenizer.isSpecial(word))
    #expect(tokenizer.id(of: "nonsense") == nil && tokenizer.token(-1) == nil)
    #expect(tokenizer.decode([turn, word]) == " quick")
    #expect(tokenizer.decode([turn, word], skippingSpecialTokens: false) == "<|turn|> quick")
    #expect(tokenizer.decode([-1, .max]) == "\u{FFFD}\u{FFFD}")
    #expect(tokenizer.endOfText == tokenizer.id(of: "<|endoftext|>"))
  }

  @Test("several threads get the same ids")
  func threads() async throws {
    let variant = try golden.variant("gpt2")
    let tokenizer = try variant.tokenizer()
    let texts = golden.texts
    let results = await withTaskGroup(of: [[Int32]].self) { group in
      for _ in 0..<4 {
        group.addTask { texts.map { tokenizer.encode($0, addSpecialTokens: false) } }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.count == 4 && results.allSatisfy { $0 == variant.plain })
  }

  @Test("a million equal letters take no quadratic time", arguments: ["gpt2", "llama2"])
  func longWord(name: String) throws {
    let tokenizer = try TokenizerFixture.withRepeatedLetterMerges(try golden.variant(name).json)
    let elapsed = ContinuousClock().measure {
      #expect(
        tokenizer.encode(String(repeating: "q", count: 1_000_000), addSpecialTokens: false).count < 500_010)
    }
    #expect(elapsed < .seconds(30))
  }
}
