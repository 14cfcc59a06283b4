package import DraftData

/// Which token a server means by what it writes.
///
/// A text names a token only if no other could be written so: half a character has no spelling of its own, and what
/// servers put in its place may look like another token.
package struct TokenSpellings: Sendable {
  /// The id with these bytes; -1 where several have them.
  private let ids: [[UInt8]: Int32]
  /// What is left of tokens that are no whole characters where a server leaves out what it cannot write.
  private let remains: Set<[UInt8]>
  private let tokenizer: any Tokenizer

  /// Spells every token of a vocabulary.
  package init(_ tokenizer: any Tokenizer) {
    var ids: [[UInt8]: Int32] = [:]
    var remains: Set<[UInt8]> = []
    for id in 0..<Int32(tokenizer.vocabularySize) where tokenizer.token(id) != nil {
      let bytes = tokenizer.bytes(of: id, isFirst: false)
      ids[bytes] = ids[bytes] == nil ? id : -1
      if UTF8Text.firstInvalidIndex(in: bytes[...]) != nil { remains.insert(Self.legible(bytes)) }
    }
    (self.ids, self.remains, self.tokenizer) = (ids, remains, tokenizer)
  }

  /// The token that a server's word can only stand for; nil where that is not certain.
  package func id(of spelling: ServedAnswer.Spelling) -> Int32? {
    if let id = spelling.id { return id }
    let bytes = spelling.bytes ?? Array(spelling.text.utf8)
    guard !bytes.isEmpty, !Self.hasReplacement(bytes), let id = ids[bytes], id >= 0 else { return nil }
    // Without bytes, " " may be a space, or a space and the lost beginning of a character.
    return spelling.bytes == nil && remains.contains(bytes) ? nil : id
  }

  /// The only token whose bytes are a server's word. The word itself may be what is left of another token: only a text in
  /// which nothing is missing proves that it is not.
  func idIfWhole(_ spelling: ServedAnswer.Spelling) -> Int32? {
    if let id = spelling.id { return id }
    return ids[spelling.bytes ?? Array(spelling.text.utf8)].flatMap { $0 >= 0 ? $0 : nil }
  }

  /// Whether a server's word for a token fits an id; nil where the word says too little.
  package func fits(_ spelling: ServedAnswer.Spelling, _ id: Int32) -> Bool? {
    if let own = spelling.id { return own == id }
    let bytes = tokenizer.bytes(of: id, isFirst: false)
    let word = spelling.bytes ?? Array(spelling.text.utf8)
    if word == bytes { return true }
    // Half a character: what stands in its place is not said the same by any two servers.
    return UTF8Text.firstInvalidIndex(in: bytes[...]) == nil ? false : nil
  }

  /// Whether these bytes, decoded by a server, have lost something.
  private static func hasReplacement(_ bytes: [UInt8]) -> Bool {
    zip(zip(bytes, bytes.dropFirst()), bytes.dropFirst(2)).contains { $0 == (0xEF, 0xBF) && $1 == 0xBD }
  }

  /// Bytes without those that are no whole characters.
  static func legible(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if let length = UTF8Text.scalarLength(in: bytes[...], at: index) {
        result += bytes[index..<index + length]
        index += length
      } else {
        index += 1
      }
    }
    return result
  }
}
