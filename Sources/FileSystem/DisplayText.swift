/// Makes text that came from a file fit for a terminal: control characters are spelled out, long text is cut.
package enum DisplayText {
  /// `text` with control, format and separator characters written as `\u{1b}`, cut after `limit` characters.
  package static func escaped(_ text: String, limit: Int = 120) -> String {
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
      if count == limit { return result + "…" }
      count += 1
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
        result += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
