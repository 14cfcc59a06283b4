/// The smallest unit of a template's source.
struct JinjaToken: Equatable {
  enum Kind: Equatable {
    /// What is printed as it stands.
    case text(String)
    case blockBegin
    case blockEnd
    case variableBegin
    case variableEnd
    case name(String)
    case string(String)
    case integer(Int)
    case float(Double)
    case symbol(String)
    case end
  }

  let kind: Kind
  /// From 1.
  let line: Int

  /// What messages call it.
  var description: String {
    switch kind {
    case .text: "text"
    case .blockBegin: "'{%'"
    case .blockEnd: "'%}'"
    case .variableBegin: "'{{'"
    case .variableEnd: "'}}'"
    case .name(let name): "'\(name)'"
    case .string(let text):
      "the text '\(text.unicodeScalars.count <= 40 ? text : PythonText.joined(Array(text.unicodeScalars.prefix(40))) + "…")'"
    case .integer(let number): "the number \(number)"
    case .float(let number): "the number \(number)"
    case .symbol(let symbol): "'\(symbol)'"
    case .end: "the end of the template"
    }
  }
}
