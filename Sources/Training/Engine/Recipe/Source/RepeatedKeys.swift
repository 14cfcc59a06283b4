/// Renames keys that a mapping holds twice, so that a parser which stops at the first goes on to all other errors.
///
/// The first letter of the earlier key becomes a private-use character: every line and column stays as it was,
/// and the reader knows the marked key by that character.
struct RepeatedKeys {
  private(set) var text: String
  /// The first letter of each renamed key; its index is the marker's offset.
  private var originals: [Unicode.Scalar] = []

  private static let firstMarker: UInt32 = 0xE000
  private static let mostKeys = 64

  init(text: String) { self.text = text }

  /// What a renamed key was called before; nil for every other key.
  func original(of key: String) -> String? {
    guard let first = key.unicodeScalars.first, first.value >= Self.firstMarker,
      originals.indices.contains(Int(first.value - Self.firstMarker))
    else { return nil }
    var scalars = String.UnicodeScalarView([originals[Int(first.value - Self.firstMarker)]])
    scalars.append(contentsOf: key.unicodeScalars.dropFirst())
    return String(scalars)
  }

  /// Renames the key at a one-based line and column; false when nothing there can be renamed.
  mutating func mark(line: Int, column: Int) -> Bool {
    guard originals.count < Self.mostKeys,
      let marker = Unicode.Scalar(Self.firstMarker + UInt32(originals.count))
    else { return false }
    var scalars = text.unicodeScalars
    var index = scalars.startIndex
    var currentLine = 1
    while currentLine < line {
      guard let lineEnd = scalars[index...].firstIndex(of: "\n") else { return false }
      index = scalars.index(after: lineEnd)
      currentLine += 1
    }
    guard column > 0,
      var target = scalars.index(index, offsetBy: column - 1, limitedBy: scalars.endIndex),
      target < scalars.endIndex
    else { return false }
    if scalars[target] == "\"" || scalars[target] == "'" { target = scalars.index(after: target) }
    guard target < scalars.endIndex, scalars[target].properties.isAlphabetic || scalars[target] == "_" else {
      return false
    }
    originals.append(scalars[target])
    scalars.replaceSubrange(target...target, with: CollectionOfOne(marker))
    text = String(scalars)
    return true
  }
}
