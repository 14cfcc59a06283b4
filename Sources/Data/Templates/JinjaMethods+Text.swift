internal import FileSystem

extension JinjaMethods {
  /// A method of `str`.
  static func callText(_ name: String, _ text: String, _ arguments: JinjaCallArguments) throws -> JinjaValue {
    switch name {
    case "strip", "lstrip", "rstrip":
      let characters = try arguments.bound("chars")[0].text("chars")
      return .string(PythonText.stripped(text, characters, left: name != "rstrip", right: name != "lstrip"))
    case "split", "rsplit": return try split(text, arguments, fromRight: name == "rsplit")
    case "splitlines":
      let keeps = try arguments.bound("keepends")[0].flag()
      return .list(PythonText.lines(text, keepEnds: keeps).map { .string($0) })
    case "partition", "rpartition": return try partition(text, arguments, fromRight: name == "rpartition")
    case "startswith", "endswith":
      return .bool(
        try affixes(arguments).contains { name == "startswith" ? hasPrefix(text, $0) : hasSuffix(text, $0) })
    case "removeprefix":
      let affix = try required(arguments)
      return .string(
        hasPrefix(text, affix) ? String(decoding: text.utf8.dropFirst(affix.utf8.count), as: UTF8.self) : text
      )
    case "removesuffix":
      let affix = try required(arguments)
      return .string(
        hasSuffix(text, affix) ? String(decoding: text.utf8.dropLast(affix.utf8.count), as: UTF8.self) : text)
    case "replace":
      let given = try arguments.bound("old", "new", "count")
      guard let old = try given[0].text("old"), let new = try given[1].text("new") else {
        throw jinjaError("an argument too few", expected: "what to replace, and with what")
      }
      return .string(PythonText.replaced(text, old, new, count: try given[2].integer("count", or: -1)))
    case "find", "rfind", "index", "count": return try search(name, text, arguments)
    case "format": return .string(try PythonFormat.braces(text, arguments.positional, arguments.keyword))
    case "join":
      guard let items = try arguments.bound("iterable")[0] else { throw jinjaError("nothing to join") }
      return .string(try joined(try items.elements(), text))
    default: return try shape(name, text, arguments)
    }
  }

  /// Methods of one text alone, or with a width.
  private static func shape(_ name: String, _ text: String, _ arguments: JinjaCallArguments) throws
    -> JinjaValue
  {
    if ["ljust", "rjust", "center", "zfill"].contains(name) {
      return .string(try padded(name, text, arguments))
    }
    _ = try arguments.bound()
    let scalars = text.unicodeScalars
    switch name {
    case "upper": return .string(PythonText.upper(text))
    case "lower": return .string(PythonText.lower(text))
    case "title": return .string(PythonText.titled(text))
    case "capitalize": return .string(PythonText.capitalized(text))
    case "swapcase": return .string(PythonText.swappedCase(text))
    case "isspace": return .bool(!text.isEmpty && scalars.allSatisfy(PythonText.isSpace))
    case "isalpha": return .bool(!text.isEmpty && scalars.allSatisfy(PythonText.isAlphabetic))
    case "isdigit": return .bool(!text.isEmpty && scalars.allSatisfy(PythonText.isDigit))
    case "isalnum":
      return .bool(
        !text.isEmpty
          && scalars.allSatisfy { PythonText.isAlphabetic($0) || $0.properties.numericType != nil })
    case "isupper": return .bool(PythonText.isUpper(text))
    case "islower": return .bool(PythonText.isLower(text))
    default: preconditionFailure("the method \(name) of a text")
    }
  }

  private static func padded(_ name: String, _ text: String, _ arguments: JinjaCallArguments) throws -> String
  {
    let given = name == "zfill" ? try arguments.bound("width") : try arguments.bound("width", "fillchar")
    let missing = max(0, try given[0].integer("width", or: 0) - PythonText.length(text))
    guard missing <= JinjaValue.sizeLimit else { throw jinjaError("a width of \(missing)", expected: "less") }
    if name == "zfill" {
      let sign = text.utf8.first.map { $0 == 0x2B || $0 == 0x2D } ?? false ? 1 : 0
      let head = PythonText.joined(Array(text.unicodeScalars.prefix(sign)))
      let tail = PythonText.joined(Array(text.unicodeScalars.dropFirst(sign)))
      return head + String(repeating: "0", count: missing) + tail
    }
    let fill = try given[1].text("fillchar") ?? " "
    guard PythonText.length(fill) == 1 else {
      throw jinjaError("'\(fill)' to fill with", expected: "one character")
    }
    // Python puts the odd one to the left when the width is odd.
    let width = PythonText.length(text) + missing
    let left = name == "rjust" ? missing : name == "ljust" ? 0 : missing / 2 + (missing & width & 1)
    return String(repeating: fill, count: left) + text + String(repeating: fill, count: missing - left)
  }

  private static func split(
    _ text: String, _ arguments: JinjaCallArguments, fromRight: Bool
  ) throws -> JinjaValue {
    let given = try arguments.bound("sep", "maxsplit")
    let limit = try given[1].integer("maxsplit", or: -1)
    guard let mark = try given[0].text("sep") else {
      return .list(PythonText.splitAtSpace(text, limit: limit, fromRight: fromRight).map { .string($0) })
    }
    guard !mark.isEmpty else { throw jinjaError("an empty separator", expected: "text to split at") }
    return .list(PythonText.split(text, mark, limit: limit, fromRight: fromRight).map { .string($0) })
  }

  private static func partition(
    _ text: String, _ arguments: JinjaCallArguments, fromRight: Bool
  ) throws -> JinjaValue {
    let mark = try required(arguments)
    guard !mark.isEmpty else { throw jinjaError("an empty separator", expected: "text to split at") }
    let parts = PythonText.split(text, mark, limit: 1, fromRight: fromRight)
    if parts.count == 2 { return .tuple([.string(parts[0]), .string(mark), .string(parts[1])]) }
    return .tuple((fromRight ? ["", "", text] : [text, "", ""]).map { .string($0) })
  }

  private static func search(_ name: String, _ text: String, _ arguments: JinjaCallArguments) throws
    -> JinjaValue
  {
    let part = try required(arguments)
    if name == "count" {
      if part.isEmpty { return .integer(PythonText.length(text) + 1) }
      return .integer(PythonText.positions(of: Array(part.utf8), in: Array(text.utf8)).count)
    }
    if part.isEmpty { return .integer(name == "rfind" ? PythonText.length(text) : 0) }
    let halves = PythonText.split(text, part, limit: 1, fromRight: name == "rfind")
    if halves.count == 2 { return .integer(PythonText.length(halves[0])) }
    guard name != "index" else { throw jinjaError("a text without '\(part)'", expected: "one with it") }
    return .integer(-1)
  }

  /// The one text that a method needs.
  private static func required(_ arguments: JinjaCallArguments) throws -> String {
    guard let text = try arguments.bound("value")[0].text("value") else {
      throw jinjaError("no argument", expected: "a text")
    }
    return text
  }

  private static func affixes(_ arguments: JinjaCallArguments) throws -> [String] {
    guard case .tuple(let items)? = try arguments.bound("value")[0] else { return [try required(arguments)] }
    return try items.compactMap { try Optional($0).text("value") }
  }

  private static func hasPrefix(_ text: String, _ prefix: String) -> Bool {
    text.utf8.starts(with: prefix.utf8)
  }

  private static func hasSuffix(_ text: String, _ suffix: String) -> Bool {
    text.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
  }

  private static func joined(_ items: [JinjaValue], _ separator: String) throws -> String {
    try items.map { item in
      guard let text = item.text else { throw jinjaError("\(item.description) to join", expected: "texts") }
      return text
    }.joined(separator: separator)
  }
}
