extension JinjaParser {
  /// `{% macro name(a, b=1) %} … {% endmacro %}`.
  mutating func macroBlock() throws -> JinjaStatement.Kind {
    let name = try identifier("the name of a macro")
    try expect("(")
    let parameters = try parameters()
    return .macro(try macro(named: name, parameters, end: "endmacro"))
  }

  /// `{% call(a) name(…) %} … {% endcall %}`.
  mutating func callBlock() throws -> JinjaStatement.Kind {
    let parameters = take("(") ? try parameters() : []
    guard case .call(let callee, let arguments) = try expression() else {
      throw unexpected("a call of a macro")
    }
    return .callBlock(callee, arguments, body: try macro(named: "caller", parameters, end: "endcall"))
  }

  private mutating func parameters() throws -> [(name: String, standard: JinjaExpression?)] {
    var parameters: [(name: String, standard: JinjaExpression?)] = []
    while !take(")") {
      if !parameters.isEmpty { try expect(",") }
      let name = try identifier("the name of a parameter")
      let standard = take("=") ? try expression() : nil
      guard standard != nil || parameters.last?.standard == nil else {
        throw error("the parameter '\(name)' without a default behind one with", expected: "a default")
      }
      parameters.append((name, standard))
    }
    return parameters
  }

  private mutating func macro(
    named name: String, _ parameters: [(name: String, standard: JinjaExpression?)], end: String
  ) throws -> JinjaMacro {
    let outer = mentions
    mentions = []
    let body = try closedBody(end)
    let inner = mentions
    mentions = outer.union(inner)
    return JinjaMacro(name: name, parameters: parameters, body: body, mentions: inner)
  }
}
