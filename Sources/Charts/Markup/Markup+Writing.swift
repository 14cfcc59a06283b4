extension Markup {
  /// The characters of the piece.
  package var html: String {
    var output = ""
    write(to: &output)
    return output
  }

  /// Elements of HTML that have no end tag.
  private static let empty = ["br", "col", "hr", "img", "input", "link", "meta", "wbr"]

  private func write(to output: inout String) {
    switch self {
    case .text(let text): Self.escape(text, to: &output)
    case .group(let pieces): for piece in pieces { piece.write(to: &output) }
    case .verbatim(let text): output += text.description
    case .element(let name, let attributes, let content):
      let name = name.description
      output += "<" + name
      for attribute in attributes {
        output += " " + attribute.name.description + "=\""
        Self.escape(attribute.value, to: &output)
        output += "\""
      }
      guard !Self.empty.contains(name) else {
        precondition(content.isEmpty, "<\(name)> can hold nothing")
        output += "/>"
        return
      }
      output += ">"
      for piece in content { piece.write(to: &output) }
      output += "</" + name + ">"
    }
  }

  private static func escape(_ text: String, to output: inout String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      case "\"": output += "&quot;"
      default: output.unicodeScalars.append(isAllowed(scalar) ? scalar : "\u{FFFD}")
      }
    }
  }

  /// Whether XML 1.0 has the character at all; what it has not cannot be escaped either.
  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD: true
    default: scalar.value >= 0x10000 && scalar.value & 0xFFFE != 0xFFFE
    }
  }
}
