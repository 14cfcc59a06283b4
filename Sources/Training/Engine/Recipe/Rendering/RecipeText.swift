/// Nodes as YAML text that reads back to the same nodes.
enum RecipeText {
  /// Shortest text that reads back to the same number; whole numbers without a point.
  static func number(_ value: Double) -> String {
    if let whole = Int(exactly: value), abs(whole) < 1_000_000_000_000 { return String(whole) }
    return "\(value)"
  }

  /// A mapping as block YAML; lists of scalars stand in brackets.
  ///
  /// - Parameter comment: what to write behind the value at a path, if anything.
  static func yaml(_ node: RecipeNode, comment: (String) -> String? = { _ in nil }) -> String {
    var lines = [String]()
    write(node, indent: 0, path: "", into: &lines, comment)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func write(
    _ node: RecipeNode, indent: Int, path: String, into lines: inout [String], _ comment: (String) -> String?
  ) {
    let margin = String(repeating: " ", count: indent)
    switch node.content {
    case .mapping(let entries):
      for entry in entries {
        let child = path.isEmpty ? entry.key : "\(path).\(entry.key)"
        if let inline = inlined(entry.value) {
          lines.append(annotated("\(margin)\(entry.key): \(inline)", comment(child)))
        } else {
          lines.append("\(margin)\(entry.key):")
          write(entry.value, indent: indent + 2, path: child, into: &lines, comment)
        }
      }
    case .sequence(let items):
      for (index, item) in items.enumerated() {
        var block = [String]()
        write(item, indent: indent + 2, path: "\(path)[\(index)]", into: &block, comment)
        if let first = block.first {
          block[0] = margin + "- " + first.dropFirst(indent + 2)
        }
        lines += block
      }
    case .null, .scalar:
      lines.append(margin + (inlined(node) ?? ""))
    }
  }

  private static func annotated(_ line: String, _ comment: String?) -> String {
    guard let comment else { return line }
    return line + String(repeating: " ", count: max(2, 44 - line.count)) + "# " + comment
  }

  /// The value on one line; nil when it needs a block.
  static func inlined(_ node: RecipeNode) -> String? {
    switch node.content {
    case .null: return "null"
    case .scalar(let text, let quoted): return quoted ? quotedIfNeeded(text) : text
    case .mapping(let entries): return entries.isEmpty ? "{}" : nil
    case .sequence(let items):
      var parts = [String]()
      for item in items {
        switch item.content {
        case .null, .scalar: parts.append(inlined(item) ?? "")
        case .mapping, .sequence: return nil
        }
      }
      return "[" + parts.joined(separator: ", ") + "]"
    }
  }

  /// Plain where nothing can be misread, in double quotes otherwise.
  private static func quotedIfNeeded(_ text: String) -> String {
    let isPlain =
      text.first.map { $0.isASCII && ($0.isLetter || $0 == "/") } ?? false
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-./".contains($0)) }
      && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
    return isPlain ? text : quoted(text)
  }

  /// A double-quoted YAML (and JSON) string.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7F || (0x80...0x9F).contains(scalar.value)
          || [0x2028, 0x2029, 0xFEFF].contains(scalar.value)
        {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
