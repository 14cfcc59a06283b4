import DraftData
import FileSystem
import TestSupport
import Testing

@Suite("Tokenizer loader")
struct TokenizerLoaderTests {
  private let good = TokenizerFixture.byteLevelJSON()

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private func load(_ files: [(name: String, bytes: [UInt8])]) throws -> any Tokenizer {
    try TokenizerFixture.withFolder(files) { try TokenizerLoader.load(path: $0) }
  }

  private func failure(_ files: [(name: String, bytes: [UInt8])], name: String = "") -> InputError? {
    do {
      _ = try TokenizerFixture.withFolder(files) { try TokenizerLoader.load(path: $0 + "/" + name) }
      return nil
    } catch { return error as? InputError }
  }

  private func vocabularyFile(_ extra: [(String, Int)] = []) throws -> [UInt8] {
    var vocabulary = try #require(good["model"]?["vocab"]?.objectValue)
    for (token, id) in extra { vocabulary[token] = .integer(id) }
    return try JSONValue.object(vocabulary).serializedBytes()
  }

  @Test("reads a vocabulary and merges in two files, under both pairs of names")
  func twoFiles() throws {
    let merges = bytes("#version: 0.2\na b\r\nab c\n\n")
    for names in [("vocab.json", "merges.txt"), ("encoder.json", "vocab.bpe")] {
      let tokenizer = try load([(names.0, try vocabularyFile()), (names.1, merges)])
      #expect(tokenizer.encode("abc ab", addSpecialTokens: false) == [257, 0x20, 256])
    }
  }

  @Test("takes the pattern and the added tokens of vocab.json from tokenizer_config.json")
  func tokenizerClass() throws {
    let config =
      #"{"tokenizer_class": "Qwen2Tokenizer", "eos_token": {"content": "<e>"}, "added_tokens_decoder": {"#
      + #""300": {"content": "<e>", "special": true}}}"#
    let files = [("vocab.json", try vocabularyFile([("12", 270)])), ("merges.txt", bytes("1 2\n"))]
    let plain = try load(files)
    let qwen = try load(files + [("tokenizer_config.json", bytes(config))])
    #expect(plain.encode("12", addSpecialTokens: false) == [270])
    #expect(qwen.encode("12e\u{301}<e>", addSpecialTokens: false) == [0x31, 0x32, 0xC3, 0xA9, 300])
    #expect(qwen.endOfText == 300 && qwen.vocabularySize == 301)
    let refused = failure(files + [("tokenizer_config.json", bytes(#"{"tokenizer_class": "T5Tokenizer"}"#))])
    #expect(refused?.key == "tokenizer_class" && refused?.found.contains("T5Tokenizer") == true)
  }

  @Test("takes begin, end and stops from the files beside tokenizer.json, nearest first")
  func specialTokens() throws {
    let added: JSONValue = [
      ["id": 300, "content": "<s>", "special": true], ["id": 301, "content": "<e>", "special": true],
      ["id": 302, "content": "<turn>", "special": true],
    ]
    let json = ("tokenizer.json", try good.setting("added_tokens", to: added).serializedBytes())
    let alone = try load([json])
    #expect(alone.beginOfText == 300 && alone.endOfText == nil && alone.stopTokens == [])
    let generation = ("generation_config.json", bytes(#"{"eos_token_id": [302, 301, 99999]}"#))
    let generated = try load([json, generation])
    #expect(generated.endOfText == 302 && generated.stopTokens == [301, 302])
    let map = ("special_tokens_map.json", bytes(#"{"eos_token": "<e>", "bos_token": {"content": "<turn>"}}"#))
    let mapped = try load([json, generation, map])
    #expect(mapped.beginOfText == 302 && mapped.endOfText == 301 && mapped.stopTokens == [301, 302])
    let config = ("tokenizer_config.json", bytes(#"{"eos_token": "<s>", "model_max_length": 1e30}"#))
    #expect(try load([json, generation, map, config]).endOfText == 300)
    let llama = bytes(#"{"tokenizer_class": "LlamaTokenizer", "bos_token": "<s>", "add_bos_token": true}"#)
    let begun = try load([json, ("tokenizer_config.json", llama)])
    #expect(begun.encode("a", addSpecialTokens: true) == [300, 0x61])
    #expect(begun.encode("a", addSpecialTokens: false) == [0x61])
  }

  @Test("says what is missing or of the wrong kind")
  func failures() throws {
    #expect(failure([])?.code == .missing)
    #expect(failure([], name: "tokenizer.json")?.code == .missing)
    #expect(failure([("tokenizer.model", [1])])?.remedy?.contains("tokenizer.json") == true)
    #expect(failure([("tokenizer.model", [1])], name: "tokenizer.model")?.code == .badData)
    #expect(failure([("notes.txt", [1])], name: "notes.txt")?.code == .badData)
    #expect(failure([("vocab.json", try vocabularyFile())])?.code == .missing)
    let merges = failure([("vocab.json", try vocabularyFile()), ("merges.txt", bytes("a b\nabc\n"))])
    #expect(merges?.position == .line(2) && merges?.file?.hasSuffix("merges.txt") == true)
    let unknown = failure([("vocab.json", try vocabularyFile()), ("merges.txt", bytes("#version\nb c\n"))])
    #expect(unknown?.position == .line(2) && unknown?.found.contains("'bc'") == true)
    let config = ("tokenizer_config.json", bytes(#"{"added_tokens_decoder": {"x": {"content": "y"}}}"#))
    #expect(failure([("tokenizer.json", try good.serializedBytes()), config])?.found.contains("'x'") == true)
  }
}
