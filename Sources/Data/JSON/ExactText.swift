/// Text that equals only the same bytes.
///
/// Swift's own `==` on strings follows canonical equivalence ("é" written as one or as two scalars is the same
/// string), but keys of a JSON object and pieces of a vocabulary may differ in nothing else.
public struct ExactText: Hashable, Sendable {
  /// The text itself.
  public let text: String

  /// Wraps `text`.
  public init(_ text: String) { self.text = text }

  /// The same bytes in UTF-8.
  public static func == (left: ExactText, right: ExactText) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  /// Feeds eight bytes at a time: one call for each would cost more than the text.
  public func hash(into hasher: inout Hasher) {
    var word: UInt64 = 0
    var count = 0
    for byte in text.utf8 {
      word = word << 8 | UInt64(byte)
      count += 1
      if count & 7 == 0 { hasher.combine(word) }
    }
    hasher.combine(word)
    hasher.combine(count)
  }
}
