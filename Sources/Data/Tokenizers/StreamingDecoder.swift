/// Turns tokens into text as they come, never giving out half a character.
///
/// ```swift
/// var decoder = StreamingDecoder(tokenizer)
/// for id in ids { write(decoder.append(id)) }
/// write(decoder.finish())
/// ```
/// The pieces joined are ``Tokenizer/decode(_:skippingSpecialTokens:)`` of all ids.
public struct StreamingDecoder: Sendable {
  private let tokenizer: any Tokenizer
  private let skippingSpecialTokens: Bool
  private var pending: [UInt8] = []
  private var isFirst = true

  /// Starts a text.
  public init(_ tokenizer: any Tokenizer, skippingSpecialTokens: Bool = true) {
    self.tokenizer = tokenizer
    self.skippingSpecialTokens = skippingSpecialTokens
  }

  /// Takes one more token; returns the text that it completes, which may be empty.
  public mutating func append(_ id: Int32) -> String {
    if skippingSpecialTokens, tokenizer.isSpecial(id) { return "" }
    pending += tokenizer.bytes(of: id, isFirst: isFirst)
    isFirst = false
    let complete = pending.count - UTF8Text.unfinishedCount(pending)
    defer { pending.removeFirst(complete) }
    return String(decoding: pending[..<complete], as: UTF8.self)
  }

  /// Ends the text; bytes of a character that never was completed become U+FFFD.
  public mutating func finish() -> String {
    defer { pending = [] }
    return String(decoding: pending, as: UTF8.self)
  }
}
