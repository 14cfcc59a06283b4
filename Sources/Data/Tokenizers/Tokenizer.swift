import FileSystem

/// Text to token ids and back.
///
/// Values are immutable to the outside and may be used from several threads at once; the same text always gives
/// the same ids.
public protocol Tokenizer: Sendable {
  /// One more than the largest id: how many rows an embedding needs. Ids without a token may lie below it.
  var vocabularySize: Int { get }

  /// The token that starts a text (BOS), when the model has one.
  var beginOfText: Int32? { get }

  /// What the tokenizer puts before a text by itself, and an engine before a prompt; empty for models that have a
  /// begin token but were not trained to expect it.
  var openingTokens: [Int32] { get }

  /// The token that ends a text (EOS), when the model has one.
  var endOfText: Int32? { get }

  /// Every token that ends generation: ``endOfText`` and what `generation_config.json` adds, ascending.
  var stopTokens: [Int32] { get }

  /// The ids of `bytes`, which should be UTF-8; what is not is encoded byte by byte where the vocabulary can.
  ///
  /// - Parameters:
  ///   - addSpecialTokens: whether the tokens are added that the model expects around a text (a BOS, say). A text
  ///     that a chat template rendered has them already.
  func encode(bytes: [UInt8], addSpecialTokens: Bool) -> [Int32]

  /// The spelling of a token in the vocabulary (`Ġthe`, `▁the`, `<|endoftext|>`), nil for an id without one.
  func token(_ id: Int32) -> String?

  /// The id of a token by its spelling in the vocabulary.
  func id(of token: String) -> Int32?

  /// Whether the token is one that no text contains: a marker between turns, an end of text.
  func isSpecial(_ id: Int32) -> Bool

  /// What a token stands for in the text; U+FFFD for an id without a token.
  ///
  /// - Parameters:
  ///   - isFirst: whether no token was written before: SentencePiece vocabularies drop the space that their
  ///     first token begins with.
  func bytes(of id: Int32, isFirst: Bool) -> [UInt8]

  /// This tokenizer as the text of a Hugging Face `tokenizer.json`, which encodes the same way.
  func tokenizerJSON() throws -> [UInt8]
}

extension Tokenizer {
  /// Writes ``tokenizerJSON()`` durably to `path`, over what is there.
  public func save(to path: String) throws { try DurableFile.write(try tokenizerJSON(), to: path) }

  /// The ids of `text`; see ``encode(bytes:addSpecialTokens:)``.
  public func encode(_ text: String, addSpecialTokens: Bool) -> [Int32] {
    encode(bytes: Array(text.utf8), addSpecialTokens: addSpecialTokens)
  }

  /// The ids of a prompt, which is the beginning of a text: nothing is put behind it.
  public func encodePrompt(_ text: String) -> [Int32] {
    openingTokens + encode(text, addSpecialTokens: false)
  }

  /// What a token stands for in a text that a person looks at: a special one by its spelling.
  package func shownBytes(of id: Int32, isFirst: Bool) -> [UInt8] {
    if isSpecial(id), let spelling = token(id) { return Array(spelling.utf8) }
    return bytes(of: id, isFirst: isFirst)
  }

  /// The bytes that `ids` stand for, special tokens left out unless asked for.
  public func decodeBytes(_ ids: [Int32], skippingSpecialTokens: Bool = true) -> [UInt8] {
    var result: [UInt8] = []
    var isFirst = true
    for id in ids where !(skippingSpecialTokens && isSpecial(id)) {
      result += bytes(of: id, isFirst: isFirst)
      isFirst = false
    }
    return result
  }

  /// The text that `ids` stand for, special tokens left out unless asked for; bytes that are not UTF-8 become
  /// U+FFFD.
  public func decode(_ ids: [Int32], skippingSpecialTokens: Bool = true) -> String {
    String(decoding: decodeBytes(ids, skippingSpecialTokens: skippingSpecialTokens), as: UTF8.self)
  }
}
