import FileSystem

/// What a text must satisfy before a YAML parser sees it, so that no recipe can exhaust memory or stack.
///
/// The parser recurses once per level, and expands an alias wherever it stands; both are bounded here by looking
/// at the bytes, which may count too much (a bracket inside quotes) but never too little.
enum YAMLGuard {
  static let largestSize = 1 << 20
  static let deepestNesting = 64
  static let mostAnchors = 8
  static let mostAliases = 32
  /// Values after aliases are expanded.
  static let mostNodes = 20_000

  /// Throws: `InputError` of code `usage` that names the limit which `text` exceeds.
  static func check(_ text: String, file: String) throws(InputError) {
    guard text.utf8.count <= largestSize else {
      throw InputError(
        .usage, file: file, found: "\(text.utf8.count) bytes", expected: "a recipe of at most 1 MiB")
    }
    var depth = 0
    var anchors = 0
    var aliases = 0
    var lineNumber = 0
    for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      lineNumber += 1
      let place = InputError.Position.line(lineNumber)
      guard leadingIndicators(line) <= 2 * deepestNesting, deepened(&depth, by: line) <= deepestNesting else {
        throw InputError(
          .usage, file: file, at: place, found: "nesting too deep",
          expected: "at most \(deepestNesting) levels")
      }
      count(line, anchors: &anchors, aliases: &aliases)
      guard anchors <= mostAnchors, aliases <= mostAliases else {
        throw InputError(
          .usage, file: file, at: place, found: "too many anchors or aliases",
          expected: "at most \(mostAnchors) anchors (&) and \(mostAliases) aliases (*)",
          remedy: "Write the values out, or quote text that begins with & or *")
      }
    }
  }

  /// Columns of blanks and block indicators at the start: block nesting cannot be deeper than twice that.
  private static func leadingIndicators(_ line: Substring.UTF8View) -> Int {
    line.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "?") || $0 == 9 }
      .count
  }

  /// Follows the open brackets through one line and returns the deepest point.
  private static func deepened(_ depth: inout Int, by line: Substring.UTF8View) -> Int {
    var deepest = depth
    for byte in line {
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        deepest = max(deepest, depth)
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
      default: break
      }
    }
    return deepest
  }

  /// Counts what could be an anchor or an alias: `&` or `*` before a word, after a blank or an indicator.
  private static func count(_ line: Substring.UTF8View, anchors: inout Int, aliases: inout Int) {
    var previous = UInt8(ascii: " ")
    let bytes = Array(line)
    for (index, byte) in bytes.enumerated() {
      defer { previous = byte }
      let next = index + 1 < bytes.count ? bytes[index + 1] : UInt8(ascii: " ")
      let isWord = next >= 0x80 || next == UInt8(ascii: "-") || isAlphanumeric(next)
      guard isWord, previous <= 0x20 || " ,[{:-?".utf8.contains(previous) else { continue }
      if byte == UInt8(ascii: "&") { anchors += 1 }
      if byte == UInt8(ascii: "*") { aliases += 1 }
    }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
