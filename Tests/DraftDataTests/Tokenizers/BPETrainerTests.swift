import DraftData
import FileSystem
import Testing

@Suite("BPE trainer")
struct BPETrainerTests {
  private func trained(
    _ documents: [String], size: Int, pattern: BPETrainer.Pattern = .gpt2,
    special: [String] = ["<|endoftext|>"]
  ) throws -> BPETokenizer {
    var trainer = try BPETrainer(vocabularySize: size, pattern: pattern, specialTokens: special)
    for document in documents { trainer.add(document) }
    return try trainer.train()
  }

  @Test("learns the vocabulary and the merges that Hugging Face tokenizers learns")
  func likeHuggingFace() throws {
    let golden = try TokenizerGolden()
    let expected = try golden.variant("gpt2")
    let tokenizer = try trained(golden.documents, size: 420)
    let json = try JSONValue.parse(try tokenizer.tokenizerJSON())
    let merges: (JSONValue) -> JSONValue? = { $0["model"]?["merges"] }
    #expect(merges(json) == merges(expected.json))
    let vocabulary = try #require(expected.json["model"]?["vocab"]?.objectValue)
    #expect(vocabulary.count == 420 && tokenizer.vocabularySize == 420)
    for member in vocabulary.members { #expect(json["model"]?["vocab"]?[member.key] == member.value) }
    for (text, ids) in zip(golden.texts, expected.plain) {
      #expect(tokenizer.encode(text, addSpecialTokens: false) == ids)
    }
  }

  @Test("cuts words by the chosen pattern", arguments: BPETrainer.Pattern.allCases)
  func patterns(pattern: BPETrainer.Pattern) throws {
    let tokenizer = try trained(Array(repeating: "1234\t1234", count: 9), size: 300, pattern: pattern)
    let counts: [BPETrainer.Pattern: Int] = [.gpt2: 1, .llama3: 2, .qwen2: 4]
    #expect(tokenizer.encode("1234", addSpecialTokens: false).count == counts[pattern])
    let reread = try TokenizerFixture.load(try JSONValue.parse(try tokenizer.tokenizerJSON()))
    #expect(
      reread.encode("in 1234", addSpecialTokens: true) == tokenizer.encode("in 1234", addSpecialTokens: true))
  }

  @Test("equally frequent pairs merge in the order of their ids")
  func ties() throws {
    let tokenizer = try trained(["zy zy ab ab"], size: 260, special: [])
    #expect(tokenizer.token(256) == "ab" && tokenizer.token(257) == "zy")
    let repeated = try trained(["aaaa aaaa"], size: 1000, special: [])
    #expect(repeated.vocabularySize == 258 && repeated.id(of: "aaaa") != nil)
  }

  @Test("special tokens come first, are cut out of the text and end it")
  func specialTokens() throws {
    let tokenizer = try trained(
      ["<|turn|>xy<|turn|>xy", "<|turn|>xy"], size: 300, special: ["<|turn|>", "<|endoftext|>"])
    #expect(tokenizer.id(of: "<|turn|>") == 0 && tokenizer.endOfText == 1 && tokenizer.stopTokens == [1])
    #expect(tokenizer.id(of: "xy") == 258 && tokenizer.vocabularySize == 259)
    #expect(tokenizer.encode("xy<|turn|>", addSpecialTokens: true) == [258, 0])
  }

  @Test("learns nothing from nothing and still encodes")
  func empty() throws {
    let tokenizer = try trained([], size: 500)
    #expect(tokenizer.vocabularySize == 257)
    #expect(tokenizer.decode(tokenizer.encode("Grüße", addSpecialTokens: true)) == "Grüße")
  }

  @Test("refuses sizes and special tokens that cannot be")
  func refusals() {
    #expect(throws: InputError.self) { try BPETrainer(vocabularySize: 256) }
    #expect(throws: InputError.self) { try BPETrainer(vocabularySize: .max) }
    for special in [[""], ["a"], ["<x>", "<x>"]] {
      #expect(throws: InputError.self) { try BPETrainer(vocabularySize: 512, specialTokens: special) }
    }
    #expect(throws: Never.self) { try BPETrainer(vocabularySize: 257) }
  }

  @Test func theBeginOfATextIsPutThereByTheTokenizerAndItsFile() throws {
    var trainer = try BPETrainer(
      vocabularySize: 260, specialTokens: ["<|begin|>", "<|end|>"], beginOfText: "<|begin|>")
    trainer.add("a b")
    let tokenizer = try trainer.train()
    #expect(tokenizer.openingTokens == [0] && tokenizer.beginOfText == 0)
    #expect(tokenizer.encodePrompt("a") == [0] + tokenizer.encode("a", addSpecialTokens: false))
    let again = try TokenizerLoader.read(
      tokenizerJSON: try tokenizer.tokenizerJSON(), file: "tokenizer.json", beginToken: nil, endTokens: [])
    #expect(again.openingTokens == [0] && again.encode("a", addSpecialTokens: true).first == 0)
    let error = #expect(throws: InputError.self) {
      try BPETrainer(vocabularySize: 260, specialTokens: ["<|end|>"], beginOfText: "<|begin|>")
    }
    #expect(error?.key == "begin_of_text")
  }
}
