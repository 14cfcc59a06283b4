import DraftData
import FileSystem
import TestSupport
import Testing

@Suite struct GGUFVocabularyTests {
  /// A tokenizer with scores, in llama2.c's format: two pieces share one score.
  private func sentencePiece(_ folder: borrowing TemporaryFolder) throws -> any Tokenizer {
    let bytes = (0..<256).map { byte -> (String, Float) in
      let hex = String(byte, radix: 16, uppercase: true)
      return ("<0x" + (byte < 16 ? "0" : "") + hex + ">", 0)
    }
    let pieces: [(String, Float)] =
      [("<unk>", 0), ("\n<s>\n", 0), ("\n</s>\n", 0)] + bytes + [
        (" ", -9), ("a", -8), ("b", -7), ("ab", -1), (" a", -2), ("ba", -1), ("abab", -3),
      ]
    var content = GGUFBytes.integer(UInt32(8))
    for (text, score) in pieces {
      content +=
        GGUFBytes.integer(score.bitPattern) + GGUFBytes.integer(UInt32(text.utf8.count)) + Array(text.utf8)
    }
    try DurableFile.write(content, to: folder.file("tokenizer.bin"))
    return try TokenizerLoader.load(path: folder.file("tokenizer.bin"))
  }

  private func written(
    _ vocabulary: GGUFVocabulary, begin: Int32? = nil, ends: [Int32] = [], _ folder: borrowing TemporaryFolder
  ) throws -> any Tokenizer {
    let path = folder.file("a.gguf")
    try? Directory.removeFile(path)
    try GGUFWriter.write(
      vocabulary.keyValues(begin: begin, ends: ends, pad: nil, chatTemplate: nil), [], to: path)
    return try TokenizerLoader.load(path: path)
  }

  @Test func scoresComeBackAsTheSameMerges() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let tokenizer = try sentencePiece(folder)
    let vocabulary = try GGUFVocabulary(tokenizer, size: 270)
    #expect(vocabulary.warnings.isEmpty && vocabulary.kind == .sentencePiece)
    let again = try written(vocabulary, begin: 1, ends: [2], folder)
    for text in ["", "a", "abab", "ba bab  aab", "ü\nab<s>", "aba abba baab", " ab"] {
      #expect(
        again.encode(text, addSpecialTokens: true) == tokenizer.encode(text, addSpecialTokens: true),
        "\(text)")
      let ids = tokenizer.encode(text, addSpecialTokens: false)
      #expect(again.decode(ids) == tokenizer.decode(ids))
    }
    #expect(again.beginOfText == 1 && again.endOfText == 2)
    #expect(try SpeculationVocabularyCheck.isCompatible(vocabulary, GGUFVocabulary(again, size: 270)))
  }

  @Test func whatLlamaCppDoesInAnotherWayIsSaid() throws {
    let json = """
      {"added_tokens":[],"normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},
      {"type":"Replace","pattern":{"String":" "},"content":"▁"}]},"pre_tokenizer":null,"decoder":null,
      "model":{"type":"BPE","unk_token":"u","fuse_unk":true,"vocab":{"u":0,"a":1,"b":2,"c":3,"ab":4,"abc":5,"bc":6},
      "merges":["a b","ab c"]}}
      """
    let tokenizer = try TokenizerLoader.read(
      tokenizerJSON: Array(json.utf8), file: "t", beginToken: nil, endTokens: [])
    #expect(
      try GGUFVocabulary(tokenizer, size: 7).warnings == [
        "llama.cpp merges some pairs in another order than this tokenizer"
      ])
    let error = #expect(throws: InputError.self) { try GGUFVocabulary(tokenizer, size: 6) }
    #expect(error?.found == "7 tokens")
  }

  @Test(
    .enabled(if: outsideData != nil, "needs PACER_DATA"), arguments: ["gpt2", "qwen2.5", "phi-3-mini"])
  func realTokenizersComeBack(folderName: String) throws {
    let folder = try TemporaryFolder(inMemory: true)
    let data = try #require(outsideData)
    let tokenizer = try TokenizerLoader.load(path: data + "/tokenizers/" + folderName)
    let vocabulary = try GGUFVocabulary(tokenizer, size: tokenizer.vocabularySize + 3)
    #expect(vocabulary.warnings.isEmpty)
    let again = try written(vocabulary, folder)
    let text = try File.readText(data + "/text/gutenberg/grimms_fairy_tales.txt", limit: 1 << 24)
    let part = String(text.prefix(100_000)) + " 12345 «Ünï» \n\n\t x=='3'"
    #expect(again.encode(part, addSpecialTokens: false) == tokenizer.encode(part, addSpecialTokens: false))
  }
}

private enum SpeculationVocabularyCheck {
  static func isCompatible(_ one: GGUFVocabulary, _ other: GGUFVocabulary) throws -> Bool {
    try SpeculationVocabulary(one).check(target: SpeculationVocabulary(other), name: "other")
    return true
  }
}
