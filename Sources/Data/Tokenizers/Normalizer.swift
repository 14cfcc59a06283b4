/// What is done to raw text before it is cut into words.
enum Normalizer: Sendable, Equatable {
  /// Canonical composition.
  case nfc
  /// Compatibility composition.
  case nfkc
  /// Puts a text in front of every stretch that is not empty.
  case prepend(String)
  /// Replaces a literal text.
  case replace(String, with: String)
  case sequence([Normalizer])

  /// Does nothing.
  static let identity = Normalizer.sequence([])

  func apply(_ text: [UInt8]) -> [UInt8] {
    switch self {
    case .nfc: return Self.mapValidText(text) { UnicodeNormalization.canonical.apply($0) }
    case .nfkc: return Self.mapValidText(text) { UnicodeNormalization.compatibility.apply($0) }
    case .prepend(let prefix): return text.isEmpty ? text : Array(prefix.utf8) + text
    case .replace(let pattern, let content):
      return ByteText.replacing(Array(pattern.utf8), with: Array(content.utf8), in: text[...])
    case .sequence(let steps): return steps.reduce(text) { $1.apply($0) }
    }
  }

  /// How many times longer a text may become, at most.
  var expansion: Double {
    switch self {
    case .nfc: 3
    case .nfkc: 18
    case .prepend: 1
    case .replace(let pattern, let content):
      max(1, Double(content.utf8.count) / Double(max(1, pattern.utf8.count)))
    case .sequence(let steps): steps.reduce(1) { $0 * $1.expansion }
    }
  }

  /// Maps the stretches of well-formed UTF-8 and keeps other bytes as they are; ASCII is always composed.
  private static func mapValidText(_ text: [UInt8], _ body: (String) -> String) -> [UInt8] {
    if text.allSatisfy({ $0 < 0x80 }) { return text }
    if let valid = String(validating: text, as: UTF8.self) { return Array(body(valid).utf8) }
    var result: [UInt8] = []
    var rest = text[...]
    while let invalid = UTF8Text.firstInvalidIndex(in: rest) {
      result += Array(body(String(decoding: rest[..<invalid], as: UTF8.self)).utf8)
      result.append(text[invalid])
      rest = rest[(invalid + 1)...]
    }
    return result + Array(body(String(decoding: rest, as: UTF8.self)).utf8)
  }
}
