internal import FileSystem

extension JinjaEvaluator {
  /// The value of an expression. Throws `InputError` without a place.
  func value(_ expression: JinjaExpression, _ scope: JinjaScope) throws -> JinjaValue {
    try countStep()
    switch expression {
    case .literal(let literal): return JinjaValue(literal)
    case .name(let name): return lookup(name, scope)
    case .list(let items): return .list(try items.map { try value($0, scope) })
    case .tuple(let items): return .tuple(try items.map { try value($0, scope) })
    case .dictionary(let members):
      var dictionary = JinjaDictionary()
      for member in members {
        try dictionary.set(try value(member.key, scope), try value(member.value, scope))
      }
      return .dictionary(dictionary)
    case .attribute(let base, let name): return try value(base, scope).attribute(name)
    case .element(let base, let index): return try value(base, scope).element(try value(index, scope))
    case .slice(let base, let start, let stop, let step):
      return try value(base, scope).slice(
        try start.map { try value($0, scope) }, try stop.map { try value($0, scope) },
        try step.map { try value($0, scope) })
    case .call(let callee, let arguments):
      return try call(try value(callee, scope), try evaluated(arguments, scope))
    case .filter(let base, let name, let arguments):
      guard let base else { throw jinjaError("the filter '\(name)' without a value") }
      return try JinjaFilters.apply(name, try value(base, scope), try evaluated(arguments, scope))
    case .test(let base, let name, let arguments):
      return .bool(try JinjaTests.holds(name, try value(base, scope), try evaluated(arguments, scope)))
    default: return try operation(expression, scope)
    }
  }

  private func operation(_ expression: JinjaExpression, _ scope: JinjaScope) throws -> JinjaValue {
    switch expression {
    case .sign(let sign, let base):
      let operand = try value(base, scope)
      return sign == "-" ? try JinjaValue.negated(operand) : try JinjaValue.positive(operand)
    case .not(let base): return .bool(!(try value(base, scope).isTrue))
    case .binary(let sign, let left, let right): return try binary(sign, left, right, scope)
    case .concatenation(let parts):
      let text = try parts.map { try value($0, scope).printed() }.joined()
      guard text.utf8.count <= JinjaValue.sizeLimit else { throw jinjaError("a text that is too long") }
      return .string(text)
    case .comparison(let first, let rest): return try comparison(first, rest, scope)
    case .conditional(let then, let condition, let otherwise):
      if try value(condition, scope).isTrue { return try value(then, scope) }
      return try otherwise.map { try value($0, scope) }
        ?? .undefined("an 'if' without 'else' that does not hold")
    default: preconditionFailure("an expression without evaluation")
    }
  }

  private func lookup(_ name: String, _ scope: JinjaScope) -> JinjaValue {
    if let value = scope.value(of: name) { return value }
    guard let function = JinjaFunction(rawValue: name), function != .strftimeNow || clock != nil else {
      return .undefined("the undefined '\(name)'")
    }
    return .callable(.function(function))
  }

  private func binary(
    _ sign: String, _ left: JinjaExpression, _ right: JinjaExpression, _ scope: JinjaScope
  ) throws -> JinjaValue {
    let first = try value(left, scope)
    if sign == "and" { return first.isTrue ? try value(right, scope) : first }
    if sign == "or" { return first.isTrue ? first : try value(right, scope) }
    let second = try value(right, scope)
    switch sign {
    case "+": return try JinjaValue.sum(first, second)
    case "-": return try JinjaValue.difference(first, second)
    case "*": return try JinjaValue.product(first, second)
    case "/": return try JinjaValue.quotient(first, second)
    case "//": return try JinjaValue.floorQuotient(first, second)
    case "%": return try JinjaValue.remainder(first, second)
    case "**": return try JinjaValue.power(first, second)
    default: preconditionFailure("the operator \(sign)")
    }
  }

  /// `a < b <= c`: each operand is evaluated once, and none behind the first comparison that does not hold.
  private func comparison(
    _ first: JinjaExpression, _ rest: [(sign: String, operand: JinjaExpression)], _ scope: JinjaScope
  ) throws -> JinjaValue {
    var left = try value(first, scope)
    for (sign, operand) in rest {
      let right = try value(operand, scope)
      guard try JinjaValue.compare(sign, left, right) else { return .bool(false) }
      left = right
    }
    return .bool(true)
  }

  /// Applies the filters of a `filter` or `set` block to the text that the block printed.
  func filtered(_ text: JinjaValue, by filter: JinjaExpression?, _ scope: JinjaScope) throws -> JinjaValue {
    guard let filter else { return text }
    guard case .filter(let inner, let name, let arguments) = filter else {
      preconditionFailure("a filter block without a filter")
    }
    return try JinjaFilters.apply(
      name, try filtered(text, by: inner, scope), try evaluated(arguments, scope))
  }
}

extension JinjaValue {
  init(_ literal: JinjaLiteral) {
    switch literal {
    case .none: self = .none
    case .bool(let flag): self = .bool(flag)
    case .integer(let number): self = .integer(number)
    case .float(let number): self = .float(number)
    case .string(let text): self = .string(text)
    }
  }

  /// One comparison by its sign. Throws `InputError` for values that cannot be compared so.
  static func compare(_ sign: String, _ left: JinjaValue, _ right: JinjaValue) throws -> Bool {
    switch sign {
    case "==": equal(left, right)
    case "!=": !equal(left, right)
    case "<": try precedes(left, right)
    case ">": try precedes(right, left)
    case "<=": try precedes(left, right) || equal(left, right)
    case ">=": try precedes(right, left) || equal(left, right)
    case "in": try contains(right, left)
    case "not in": !(try contains(right, left))
    default: preconditionFailure("the comparison \(sign)")
    }
  }
}
