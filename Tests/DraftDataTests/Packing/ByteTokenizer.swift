import DraftData

/// Every byte is a token, except that a line end and the byte after it are one; 0 begins a text and 1 ends it.
struct ByteTokenizer: Tokenizer {
  var hasBoundaries = true
  /// A tokenizer whose tokens cannot be found in the text: it gives upper case back.
  var changesText = false

  var vocabularySize: Int { 512 }
  var beginOfText: Int32? { hasBoundaries ? 0 : nil }
  var openingTokens: [Int32] { hasBoundaries ? [0] : [] }
  var endOfText: Int32? { hasBoundaries ? 1 : nil }
  var stopTokens: [Int32] { hasBoundaries ? [1] : [] }

  func encode(bytes: [UInt8], addSpecialTokens: Bool) -> [Int32] {
    var ids: [Int32] = []
    var index = 0
    while index < bytes.count {
      let joins = bytes[index] == 0x0A && index + 1 < bytes.count
      ids.append(joins ? 256 + Int32(bytes[index + 1]) : Int32(bytes[index]))
      index += joins ? 2 : 1
    }
    return ids
  }

  func token(_ id: Int32) -> String? { String(decoding: bytes(of: id, isFirst: false), as: UTF8.self) }
  func id(of token: String) -> Int32? { encode(bytes: Array(token.utf8), addSpecialTokens: false).first }
  func isSpecial(_ id: Int32) -> Bool { hasBoundaries && id < 2 }
  func bytes(of id: Int32, isFirst: Bool) -> [UInt8] {
    let bytes = id >= 256 ? [0x0A, UInt8(id - 256)] : [UInt8(id)]
    return changesText ? bytes.map { $0 &- 32 } : bytes
  }
  func tokenizerJSON() throws -> [UInt8] { [] }
}
