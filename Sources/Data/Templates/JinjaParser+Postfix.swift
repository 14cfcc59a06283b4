internal import FileSystem

extension JinjaParser {
  /// Attributes, elements and calls behind a value.
  mutating func postfix(_ start: JinjaExpression) throws -> JinjaExpression {
    var value = start
    while true {
      if take(".") {
        switch advance().kind {
        case .name(let name): value = .attribute(value, name)
        case .integer(let index): value = .element(value, .literal(.integer(index)))
        default: throw error("a dot", expected: "the name of an attribute behind it")
        }
      } else if take("[") {
        value = try subscripted(value)
      } else if take("(") {
        value = .call(value, try arguments())
      } else {
        return value
      }
    }
  }

  private mutating func subscripted(_ value: JinjaExpression) throws -> JinjaExpression {
    let first = isColonOrEnd ? nil : try expression()
    guard take(":") else {
      guard let first else { throw unexpected("an index") }
      var parts = [first]
      while take(",") { parts.append(try expression()) }
      try expect("]")
      return .element(value, parts.count == 1 ? first : .tuple(parts))
    }
    let stop = isColonOrEnd ? nil : try expression()
    let step = take(":") && !isColonOrEnd ? try expression() : nil
    try expect("]")
    return .slice(value, first, stop, step)
  }

  private var isColonOrEnd: Bool { current.kind == .symbol(":") || current.kind == .symbol("]") }

  /// What stands in the brackets of a call, behind the opening one.
  mutating func arguments() throws -> JinjaArguments {
    var arguments = JinjaArguments()
    var isFirst = true
    while !take(")") {
      if !isFirst {
        try expect(",")
        if take(")") { break }
      }
      isFirst = false
      if current.kind == .symbol("*") || current.kind == .symbol("**") {
        throw error("arguments unpacked with '*'", expected: "each argument by itself")
      }
      if case .name(let name) = current.kind, following.kind == .symbol("=") {
        advance()
        advance()
        arguments.keyword.append((name, try expression()))
      } else {
        guard arguments.keyword.isEmpty else {
          throw unexpected("the name of an argument, as others before it have one")
        }
        arguments.positional.append(try expression())
      }
    }
    return arguments
  }

  /// `| filter` and `is test` behind a value.
  mutating func filtersAndTests(_ start: JinjaExpression) throws -> JinjaExpression {
    var value = start
    while true {
      switch current.kind {
      case .symbol("|"): value = try filters(of: value, startsWithBar: true)
      case .name("is"): value = try test(of: value)
      case .symbol("("):
        advance()
        value = .call(value, try arguments())
      default: return value
      }
    }
  }

  /// One filter or several, with bars between them.
  mutating func filters(of start: JinjaExpression?, startsWithBar: Bool = false) throws -> JinjaExpression {
    var value = start
    if startsWithBar { try expect("|") }
    repeat {
      let name = try dottedName("the name of a filter")
      // In a branch that is not taken Jinja allows filters that only other environments have.
      guard JinjaFilters.names.contains(name) || branchDepth > 0 else {
        throw error(
          "the filter '\(name)'", expected: "one of \(JinjaFilters.names.sorted().joined(separator: ", "))")
      }
      value = .filter(value, name, take("(") ? try arguments() : JinjaArguments())
    } while take("|")
    guard let value else { throw unexpected("a filter") }
    return value
  }

  private mutating func dottedName(_ what: String) throws -> String {
    var name = try identifier(what)
    while take(".") { name += "." + (try identifier(what)) }
    return name
  }

  private mutating func test(of value: JinjaExpression) throws -> JinjaExpression {
    advance()
    let isNegated = take(name: "not")
    let name = try dottedName("the name of a test")
    guard JinjaTests.names.contains(name) || branchDepth > 0 else {
      throw error(
        "the test '\(name)'", expected: "one of \(JinjaTests.names.sorted().joined(separator: ", "))")
    }
    var arguments = JinjaArguments()
    if take("(") {
      arguments = try self.arguments()
    } else if beginsArgument {
      if current.kind == .name("is") { throw error("two tests of one value", expected: "'and' between them") }
      arguments.positional = [try postfix(try primary())]
    }
    let test = JinjaExpression.test(value, name, arguments)
    return isNegated ? .not(test) : test
  }

  /// Whether what stands behind a test's name is its argument.
  private var beginsArgument: Bool {
    switch current.kind {
    case .name(let name): !["else", "or", "and"].contains(name)
    case .string, .integer, .float, .symbol("["), .symbol("{"): true
    default: false
    }
  }
}
