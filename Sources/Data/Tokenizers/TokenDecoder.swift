/// How tokens become the bytes of a text again.
enum TokenDecoder: Sendable, Equatable {
  /// GPT-2's alphabet.
  case byteLevel
  /// SentencePiece vocabularies: `▁` is a space and `<0xE2>` a byte.
  case metaspace(StrippedSpace, byteFallback: Bool)

  /// What a text loses at its start.
  enum StrippedSpace: Sendable, Equatable {
    case none
    /// One space of the first token: what `Prepend` put there.
    case one
    /// All spaces of the first token, as the `Metaspace` decoder does.
    case ofFirstToken
  }

  /// The bytes of a token of the model's vocabulary.
  func bytes(of token: String, isFirst: Bool) -> [UInt8] {
    switch self {
    case .byteLevel: return ByteAlphabet.bytes(of: token) ?? Array(token.utf8)
    case .metaspace(let stripped, let byteFallback):
      if byteFallback, let byte = ByteFallback.byte(of: token) { return [byte] }
      var content: [UInt8] = [0x20]
      if isFirst, stripped == .ofFirstToken { content = [] }
      var bytes = ByteText.replacing(Metaspace.bytes, with: content, in: Array(token.utf8)[...])
      if isFirst, stripped == .one, bytes.first == 0x20 { bytes.removeFirst() }
      return bytes
    }
  }
}
