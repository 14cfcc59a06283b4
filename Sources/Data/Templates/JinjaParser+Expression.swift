internal import FileSystem

extension JinjaParser {
  /// Any expression, with `a if b else c`.
  mutating func expression() throws -> JinjaExpression {
    try nested { parser in
      var value = try parser.disjunction()
      while parser.take(name: "if") {
        let condition = try parser.disjunction()
        let otherwise = parser.take(name: "else") ? try parser.expression() : nil
        value = .conditional(value, if: condition, else: otherwise)
      }
      return value
    }
  }

  /// One expression, or several with commas between them, which make a tuple.
  mutating func tuple(
    withConditional: Bool = true, endingAt end: String? = nil, inBrackets: Bool = false
  ) throws -> JinjaExpression {
    var items: [JinjaExpression] = []
    var isTuple = false
    while !isTupleEnd(end) {
      items.append(withConditional ? try expression() : try disjunction())
      guard take(",") else { break }
      isTuple = true
    }
    if isTuple || (items.isEmpty && inBrackets) { return .tuple(items) }
    guard let only = items.first else { throw unexpected("an expression") }
    return only
  }

  private func isTupleEnd(_ end: String?) -> Bool {
    switch current.kind {
    case .variableEnd, .blockEnd, .symbol(")"): true
    case .name(let name): name == end
    default: false
    }
  }

  /// What is assigned to: names, or `namespace.attribute` in a `set` block.
  mutating func assignmentTarget(endingAt end: String?, allowsAttribute: Bool = false) throws -> JinjaTarget {
    var targets: [JinjaTarget] = []
    var isTuple = false
    while true {
      if current.kind == .symbol("=") || (end.map { current.kind == .name($0) } ?? false) { break }
      if take("(") {
        targets.append(try assignmentTarget(endingAt: end))
        try expect(")")
      } else {
        let name = try identifier("a name to assign to")
        guard !Self.reserved.contains(name) else {
          throw error("an assignment to '\(name)'", expected: "another name")
        }
        if allowsAttribute, take(".") {
          mentions.insert(name)
          targets.append(.attribute(name, try identifier("the name of an attribute")))
        } else {
          targets.append(.name(name))
        }
      }
      guard take(",") else { break }
      isTuple = true
    }
    guard let only = targets.first else { throw unexpected("a name to assign to") }
    return isTuple ? .tuple(targets) : only
  }

  private static let reserved: Set<String> = [
    "true", "false", "none", "True", "False", "None", "not", "and", "or", "if", "else", "in", "is",
  ]

  private mutating func disjunction() throws -> JinjaExpression {
    var left = try conjunction()
    while take(name: "or") { left = .binary("or", left, try conjunction()) }
    return left
  }

  private mutating func conjunction() throws -> JinjaExpression {
    var left = try negation()
    while take(name: "and") { left = .binary("and", left, try negation()) }
    return left
  }

  private mutating func negation() throws -> JinjaExpression {
    guard take(name: "not") else { return try comparison() }
    return .not(try nested { try $0.negation() })
  }

  private mutating func comparison() throws -> JinjaExpression {
    let left = try sum()
    var rest: [(sign: String, operand: JinjaExpression)] = []
    while let sign = takeComparison() { rest.append((sign, try sum())) }
    return rest.isEmpty ? left : .comparison(left, rest)
  }

  private mutating func takeComparison() -> String? {
    switch current.kind {
    case .symbol(let sign) where ["==", "!=", "<", "<=", ">", ">="].contains(sign):
      advance()
      return sign
    case .name("in"):
      advance()
      return "in"
    case .name("not") where following.kind == .name("in"):
      advance()
      advance()
      return "not in"
    default: return nil
    }
  }

  private mutating func sum() throws -> JinjaExpression {
    var left = try concatenation()
    while let sign = takeSymbol(["+", "-"]) { left = .binary(sign, left, try concatenation()) }
    return left
  }

  private mutating func concatenation() throws -> JinjaExpression {
    var parts = [try product()]
    while take("~") { parts.append(try product()) }
    return parts.count == 1 ? parts[0] : .concatenation(parts)
  }

  private mutating func product() throws -> JinjaExpression {
    var left = try power()
    while let sign = takeSymbol(["*", "/", "//", "%"]) { left = .binary(sign, left, try power()) }
    return left
  }

  private mutating func power() throws -> JinjaExpression {
    var left = try unary()
    while take("**") { left = .binary("**", left, try unary()) }
    return left
  }

  private mutating func takeSymbol(_ symbols: [String]) -> String? {
    guard case .symbol(let symbol) = current.kind, symbols.contains(symbol) else { return nil }
    advance()
    return symbol
  }

  mutating func unary(withFilters: Bool = true) throws -> JinjaExpression {
    var value: JinjaExpression
    if let sign = takeSymbol(["-", "+"]) {
      value = .sign(sign, try nested { try $0.unary(withFilters: false) })
    } else {
      value = try primary()
    }
    value = try postfix(value)
    return withFilters ? try filtersAndTests(value) : value
  }

  mutating func primary() throws -> JinjaExpression {
    let token = current
    switch token.kind {
    case .name(let name):
      advance()
      return try named(name, token)
    case .string(var text):
      advance()
      while case .string(let more) = current.kind {
        text += more
        advance()
      }
      return .literal(.string(text))
    case .integer(let number):
      advance()
      return .literal(.integer(number))
    case .float(let number):
      advance()
      return .literal(.float(number))
    case .symbol("("):
      advance()
      let value = try nested { try $0.tuple(inBrackets: true) }
      try expect(")")
      return value
    case .symbol("["):
      advance()
      return .list(try items(until: "]") { try $0.expression() })
    case .symbol("{"):
      advance()
      return .dictionary(
        try items(until: "}") { parser in
          let key = try parser.expression()
          try parser.expect(":")
          return (key, try parser.expression())
        })
    default: throw unexpected("an expression")
    }
  }

  private mutating func named(_ name: String, _ token: JinjaToken) throws -> JinjaExpression {
    switch name {
    case "true", "True": return .literal(.bool(true))
    case "false", "False": return .literal(.bool(false))
    case "none", "None": return .literal(.none)
    case let word where Self.reserved.contains(word):
      throw InputError(
        .badData, file: file, at: .line(token.line), found: "'\(name)'", expected: "an expression")
    default:
      mentions.insert(name)
      return .name(name)
    }
  }

  private mutating func items<Item>(
    until end: String, _ item: (inout JinjaParser) throws -> Item
  ) throws -> [Item] {
    var items: [Item] = []
    while !take(end) {
      if !items.isEmpty {
        try expect(",")
        if take(end) { break }
      }
      items.append(try item(&self))
    }
    return items
  }
}
