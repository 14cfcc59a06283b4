import DraftData
import FileSystem
import Foundation
import TestSupport
import Testing

/// A vocabulary of the 256 bytes in GPT-2's spelling and a few merges, as a GGUF file.
private struct ByteVocabulary {
  var model = "gpt2"
  var pre: String? = "gpt-2"
  /// Behind the bytes: what merges make, and special tokens.
  var tokens = ["Ġ!", "34", "<|end|>", "<u>"]
  var types: [Int32] = Array(repeating: 1, count: 258) + [3, 4]
  var merges = ["Ġ !", "3 4"]
  var others: [[UInt8]] = [GGUFBytes.key("tokenizer.ggml.eos_token_id", 4, GGUFBytes.integer(UInt32(258)))]

  static let bytes: [String] = {
    var spare = UInt32(256)
    return (UInt32(0)...255).map { byte in
      let isPrintable = (33...126).contains(byte) || (161...172).contains(byte) || byte >= 174
      defer { if !isPrintable { spare += 1 } }
      return Unicode.Scalar(isPrintable ? byte : spare).map { String($0) } ?? ""
    }
  }()

  var file: GGUFBytes {
    let all = Self.bytes + tokens
    var keys = [
      GGUFBytes.key("tokenizer.ggml.model", 8, GGUFBytes.string(model)),
      GGUFBytes.array(
        "tokenizer.ggml.tokens", of: 8, count: UInt64(all.count), all.flatMap { GGUFBytes.string($0) }),
      GGUFBytes.array(
        "tokenizer.ggml.token_type", of: 5, count: UInt64(types.count),
        types.flatMap { GGUFBytes.integer($0) }),
      GGUFBytes.array(
        "tokenizer.ggml.merges", of: 8, count: UInt64(merges.count), merges.flatMap { GGUFBytes.string($0) }),
    ]
    if let pre { keys.append(GGUFBytes.key("tokenizer.ggml.pre", 8, GGUFBytes.string(pre))) }
    return GGUFBytes(keys: keys + others)
  }
}

@Suite struct GGUFTokenizerTests {
  private func load(_ file: GGUFBytes) throws -> any Tokenizer {
    let folder = try TemporaryFolder(inMemory: true)
    try DurableFile.write(file.bytes, to: folder.file("a.gguf"))
    return try TokenizerLoader.load(path: folder.file("a.gguf"))
  }

  @Test(
    "real vocabularies encode as published", .enabled(if: outsideData != nil, "needs PACER_DATA"),
    arguments: ["gpt-2", "llama-spm", "phi-3"])
  func published(name: String) throws {
    let base = try #require(outsideData) + "/tokenizers/llama.cpp/ggml-vocab-\(name).gguf"
    let tokenizer = try TokenizerLoader.load(path: base)
    let texts = try String(contentsOfFile: base + ".inp", encoding: .utf8)
      .components(separatedBy: "\n__ggml_vocab_test__\n")
    let lines = try String(contentsOfFile: base + ".out", encoding: .utf8).components(separatedBy: "\n")
    let json = try TokenizerLoader.read(
      tokenizerJSON: try tokenizer.tokenizerJSON(), file: base, beginToken: nil, endTokens: [])
    for (text, line) in zip(texts, lines) {
      let expected = line.split(separator: " ").compactMap { Int32($0) }
      #expect(tokenizer.encode(text, addSpecialTokens: false) == expected, "\(text.debugDescription)")
      #expect(json.encode(text, addSpecialTokens: false) == expected, "\(text.debugDescription) from JSON")
    }
    #expect(tokenizer.beginOfText != nil && tokenizer.endOfText != nil)
  }

  @Test(
    "the name of the pre-tokenizer decides what merges",
    arguments: ["gpt-2", "default", "smollm", "qwen2", "llama-bpe"])
  func preTokenizers(name: String) throws {
    var vocabulary = ByteVocabulary()
    vocabulary.pre = name
    let tokenizer = try load(vocabulary.file)
    func ids(_ text: String) -> [Int32] { tokenizer.encode(text, addSpecialTokens: false) }
    let (space, mark): (Int32, Int32) = (0x20, 0x21)
    #expect(ids(" !") == (name == "default" ? [space, mark] : [256]))
    let digits: [Int32] = [0x31, 0x32, 0x33, 0x34, 0x35]
    let splits = ["default", "smollm", "qwen2", "llama-bpe"].contains(name)
    #expect(ids("12345") == (splits ? digits : [0x31, 0x32, 257, 0x35]))
    // Three digits by three, not one by one.
    #expect(ids("134") == (["smollm", "qwen2"].contains(name) ? [0x31, 0x33, 0x34] : [0x31, 257]))
    let json = try TokenizerLoader.read(
      tokenizerJSON: try tokenizer.tokenizerJSON(), file: "json", beginToken: nil, endTokens: [])
    for text in [" !", "12345", "x, 1234\n34 <|end|>34!", "«a»$=34", ""] {
      #expect(json.encode(text, addSpecialTokens: true) == tokenizer.encode(text, addSpecialTokens: true))
    }
  }

  @Test("without a name the default counts, and types decide what is special") func typesAndDefault() throws {
    var vocabulary = ByteVocabulary()
    vocabulary.pre = nil
    let tokenizer = try load(vocabulary.file)
    #expect(tokenizer.encode(" !<|end|><u>", addSpecialTokens: true) == [0x20, 0x21, 258, 259])
    #expect(tokenizer.isSpecial(258) && !tokenizer.isSpecial(259) && !tokenizer.isSpecial(257))
    #expect(tokenizer.endOfText == 258 && tokenizer.stopTokens == [258] && tokenizer.beginOfText == nil)
  }

  @Test("unused tokens are none, and tokens are put around a text as the file says") func flags() throws {
    var vocabulary = ByteVocabulary()
    vocabulary.tokens += ["[PAD260]", ""]
    vocabulary.types += [5, 5]
    vocabulary.others += [
      GGUFBytes.key("tokenizer.ggml.bos_token_id", 4, GGUFBytes.integer(UInt32(259))),
      GGUFBytes.key("tokenizer.ggml.add_bos_token", 7, [1]),
      GGUFBytes.key("tokenizer.ggml.add_eos_token", 7, [1]),
      GGUFBytes.key("tokenizer.ggml.eot_token_id", 4, GGUFBytes.integer(UInt32(0))),
    ]
    let tokenizer = try load(vocabulary.file)
    #expect(tokenizer.encode("a", addSpecialTokens: true) == [259, 0x61, 258])
    #expect(tokenizer.token(260) == nil && tokenizer.vocabularySize == 260)
    #expect(tokenizer.stopTokens == [0, 258] && tokenizer.endOfText == 258)
  }

  @Test("what contradicts itself is refused by its key") func refusals() throws {
    func refuse(_ key: String, _ change: (inout ByteVocabulary) -> Void) {
      var vocabulary = ByteVocabulary()
      change(&vocabulary)
      let error = #expect(throws: InputError.self, "\(key)") { try load(vocabulary.file) }
      #expect(error?.key?.hasPrefix("tokenizer.ggml." + key) == true, "\(String(describing: error))")
    }
    refuse("model") { $0.model = "t5" }
    refuse("pre") { $0.pre = "klingon" }
    refuse("tokens") { $0.tokens[0] = "a" }
    refuse("tokens") { $0.tokens[0] = "" }
    refuse("token_type") { $0.types.removeLast() }
    refuse("token_type") { $0.types[3] = 7 }
    refuse("token_type") { $0.types[3] = -1 }
    refuse("merges") { $0.merges.append("no such") }
    refuse("merges") { $0.merges.append("word") }
    refuse("eos_token_id") {
      $0.others = [GGUFBytes.key("tokenizer.ggml.eos_token_id", 4, GGUFBytes.integer(UInt32(260)))]
    }
    refuse("eos_token_id") {
      $0.others = [GGUFBytes.key("tokenizer.ggml.eos_token_id", 8, GGUFBytes.string("258"))]
    }
    refuse("scores") { $0.model = "llama" }
    refuse("scores") {
      $0.model = "llama"
      $0.others = [GGUFBytes.array("tokenizer.ggml.scores", of: 6, count: 1, GGUFBytes.integer(UInt32(0)))]
    }
    refuse("scores") {
      $0.model = "llama"
      let scores = [Float.nan] + [Float](repeating: 0, count: 259)
      $0.others = [
        GGUFBytes.array(
          "tokenizer.ggml.scores", of: 6, count: 260, scores.flatMap { GGUFBytes.integer($0.bitPattern) })
      ]
    }
  }
}
