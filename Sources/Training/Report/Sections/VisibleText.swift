internal import FileSystem

/// Text in which nothing is invisible.
enum VisibleText {
  /// Blanks, tabulators and line breaks as characters that can be seen, control characters spelled out.
  ///
  /// - Parameter keepsLines: for running text: blanks stay as they are, and lines break after their sign.
  static func of(_ text: String, keepsLines: Bool = false) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case " " where !keepsLines: result += "␣"
      case "\n": result += keepsLines ? "↵\n" : "↵"
      case "\t": result += "⇥"
      case "\r": result += "␍"
      default: result += DisplayText.escaped(String(scalar))
      }
    }
    return result
  }
}
