internal import FileSystem

extension JinjaValue {
  /// Python's `str(value)`: what `{{ value }}` prints.
  ///
  /// Throws `InputError` for values whose text is an address in memory: it would differ from run to run.
  func printed() throws -> String {
    switch self {
    case .undefined: ""
    case .string(let text), .markup(let text): text
    default: try represented()
    }
  }

  /// Python's `repr(value)`: how a value stands in a printed list.
  func represented() throws -> String {
    switch self {
    case .undefined: return "Undefined"
    case .none: return "None"
    case .bool(let flag): return flag ? "True" : "False"
    case .integer(let number): return String(number)
    case .float(let number): return PythonNumber.text(number)
    case .string(let text): return Self.quoted(text)
    case .markup(let text): return "Markup(" + Self.quoted(text) + ")"
    case .list(let items): return "[" + (try Self.joined(items)) + "]"
    case .tuple(let items): return "(" + (try Self.joined(items)) + (items.count == 1 ? ",)" : ")")
    case .dictionary(let dictionary):
      let members = try dictionary.members.map {
        "\(try $0.key.represented()): \(try $0.value.represented())"
      }
      return "{" + members.joined(separator: ", ") + "}"
    case .range(let range):
      return "range(\(range.start), \(range.stop)" + (range.step == 1 ? ")" : ", \(range.step))")
    case .view(let view): return view.kind.rawValue + "([" + (try Self.joined(view.items)) + "])"
    case .callable(.macro(let macro, _)): return "<Macro '\(macro.name)'>"
    case .generator, .namespace, .loop, .callable:
      throw jinjaError("a \(typeName) to print", expected: "text, a number, a list or a dict")
    }
  }

  private static func joined(_ items: [JinjaValue]) throws -> String {
    try items.map { try $0.represented() }.joined(separator: ", ")
  }

  /// `repr(str)`: single quotes unless that saves escaping, and escapes for what is not printable.
  private static func quoted(_ text: String) -> String {
    let quote = text.utf8.contains(0x27) && !text.utf8.contains(0x22) ? "\"" : "'"
    var result = quote
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "'" where quote == "'": result += "\\'"
      default: result += isPrintable(scalar) ? String(scalar) : escape(scalar)
      }
    }
    return result + quote
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == " " { return true }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
      .spaceSeparator:
      return false
    default: return true
    }
  }

  /// `\x07`, `\u200b`, `\U000e0001`.
  static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    let (mark, width) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x1_0000 ? ("u", 4) : ("U", 8)
    return "\\" + mark + String(repeating: "0", count: width - digits.count) + digits
  }
}
