/// A small Python function: signature, docstring with examples, body.
struct FunctionSketch {
  /// A parameter and its type.
  struct Parameter {
    let name: String
    let type: String

    init(_ name: String, _ type: String) {
      self.name = name
      self.type = type
    }
  }

  /// A call and what it returns, both as Python.
  struct Example {
    let arguments: String
    let result: String

    init(_ arguments: String, _ result: String) {
      self.arguments = arguments
      self.result = result
    }
  }

  let name: String
  let parameters: [Parameter]
  let returnType: String
  /// The docstring's first line, without a full stop.
  let summary: String
  let examples: [Example]
  /// Lines, indented from the left edge of the body.
  let body: [String]

  typealias Kind = @Sendable (inout Draws) -> FunctionSketch

  /// Any of the kinds.
  static func random(_ draws: inout Draws) -> FunctionSketch { draws.pick(kinds)(&draws) }

  static let kinds: [Kind] = listKinds + numberKinds + textKinds

  /// The `def` line and the docstring, up to the line end before the body.
  func heading(_ draws: inout Draws) -> String {
    let isTyped = draws.chance(65)
    let list = parameters.map { isTyped ? "\($0.name): \($0.type)" : $0.name }.joined(separator: ", ")
    let arrow = isTyped ? " -> \(returnType)" : ""
    var lines = ["def \(name)(\(list))\(arrow):"]
    let shown = draws.chance(70) ? draws.number(1...examples.count) : 0
    if shown == 0 && draws.chance(60) {
      lines.append("    \"\"\"\(summary).\"\"\"")
    } else {
      lines += ["    \"\"\"", "    \(summary)."]
      if shown > 0 { lines.append("") }
      for example in examples.prefix(shown) {
        lines += ["    >>> \(name)(\(example.arguments))", "    \(example.result)"]
      }
      lines.append("    \"\"\"")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The body, indented, with a line end.
  var bodyText: String { body.map { "    " + $0 + "\n" }.joined() }
}
