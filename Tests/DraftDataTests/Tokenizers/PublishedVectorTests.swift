import DraftData
import Foundation
import TestSupport
import Testing

/// The test vectors that llama.cpp publishes for real vocabularies.
@Suite("Published tokenizer vectors", .enabled(if: outsideData != nil, "needs PACER_DATA"))
struct PublishedVectorTests {
  static let vocabularies = [
    ("gpt-2", "gpt2"), ("phi-3", "phi-3-mini"), ("qwen2", "qwen2.5"),
  ]

  @Test("real vocabularies encode as published", arguments: vocabularies)
  func published(vectors: String, folder: String) throws {
    let data = try #require(outsideData) + "/tokenizers/"
    let tokenizer = try TokenizerLoader.load(path: data + folder)
    let base = data + "llama.cpp/ggml-vocab-\(vectors).gguf"
    let texts = try String(contentsOfFile: base + ".inp", encoding: .utf8)
      .components(separatedBy: "\n__ggml_vocab_test__\n")
    let lines = try String(contentsOfFile: base + ".out", encoding: .utf8).components(separatedBy: "\n")
    #expect(texts.count > 40)
    for (text, line) in zip(texts, lines) {
      let expected = line.split(separator: " ").compactMap { Int32($0) }
      #expect(tokenizer.encode(text, addSpecialTokens: false) == expected, "\(text.debugDescription)")
    }
  }

  @Test("real vocabularies give back what they encode", arguments: vocabularies)
  func roundTrip(vectors: String, folder: String) throws {
    let data = try #require(outsideData)
    let tokenizer = try TokenizerLoader.load(path: data + "/tokenizers/" + folder)
    let text = try String(contentsOfFile: data + "/text/gutenberg/grimms_fairy_tales.txt", encoding: .utf8)
    let ids = tokenizer.encode(text, addSpecialTokens: false)
    #expect(tokenizer.decode(ids) == text)
    var decoder = StreamingDecoder(tokenizer)
    var streamed = ""
    for id in ids.prefix(20_000) { streamed += decoder.append(id) }
    streamed += decoder.finish()
    #expect(text.hasPrefix(streamed) && streamed.utf8.count > 20_000)
  }

  @Test("the stories of the small Llama begin with the published ids")
  func llama2C() throws {
    let data = try #require(outsideData)
    let tokenizer = try TokenizerLoader.load(path: data + "/models/stories260K/tok512.bin")
    #expect(tokenizer.vocabularySize == 512 && tokenizer.beginOfText == 1 && tokenizer.endOfText == 2)
    let text = "Once upon a time, there was a little girl named Lily."
    let ids = tokenizer.encode(text, addSpecialTokens: true)
    #expect(ids.prefix(6) == [1, 403, 407, 261, 378, 432])
    #expect(tokenizer.decode(ids) == text)
    let characters = try TokenizerLoader.load(path: data + "/models/babyllama105/tok105.bin")
    #expect(characters.encode("tea", addSpecialTokens: true) == [1, 3, 6, 4, 5])
    #expect(characters.encode("t💤💤e", addSpecialTokens: false) == [3, 6, 0, 4])
  }
}
