internal import FileSystem

extension JinjaEvaluator {
  /// The values of what stands in the brackets of a call.
  func evaluated(_ arguments: JinjaArguments, _ scope: JinjaScope) throws -> JinjaCallArguments {
    JinjaCallArguments(
      positional: try arguments.positional.map { try value($0, scope) },
      keyword: try arguments.keyword.map { ($0.name, try value($0.value, scope)) })
  }

  /// Calls a value. Throws `InputError` when it cannot be called or the arguments do not fit.
  func call(_ callee: JinjaValue, _ arguments: JinjaCallArguments) throws -> JinjaValue {
    guard case .callable(let callable) = callee else {
      throw jinjaError("a call of \(callee.description)", expected: "a macro, function or method")
    }
    switch callable {
    case .method(let value, let name): return try JinjaMethods.call(name, of: value, arguments)
    case .macro(let macro, let scope): return .string(try calling { try call(macro, scope, arguments) })
    case .function(let function):
      do {
        return try call(function, arguments)
      } catch var error as InputError where error.key == nil && function != .raiseException {
        error.key = function.rawValue
        throw error
      }
    }
  }

  private func call(_ macro: JinjaMacro, _ scope: JinjaScope, _ given: JinjaCallArguments) throws -> String {
    let inner = JinjaScope(parent: scope)
    let names = macro.parameters.map(\.name)
    var keyword = given.keyword
    if let index = keyword.firstIndex(where: { $0.name == "caller" }), !names.contains("caller") {
      guard macro.mentions.contains("caller") else {
        throw jinjaError("a 'call' block around '\(macro.name)'", expected: "a macro that uses 'caller'")
      }
      inner.values["caller"] = keyword.remove(at: index).value
    } else if macro.mentions.contains("caller"), !names.contains("caller") {
      inner.values["caller"] = .undefined("'caller' without a 'call' block")
    }
    guard given.positional.count <= names.count || macro.mentions.contains("varargs") else {
      throw jinjaError(
        "\(given.positional.count) arguments for the macro '\(macro.name)'",
        expected: "at most \(names.count)")
    }
    if macro.mentions.contains("varargs") {
      inner.values["varargs"] = .tuple(Array(given.positional.dropFirst(names.count)))
    }
    for (name, value) in zip(names, given.positional) { inner.values[name] = value }
    try bind(&keyword, of: macro, to: names, inner)
    // A default is evaluated at the call, and may mention parameters before it.
    for parameter in macro.parameters where inner.values[parameter.name] == nil {
      inner.values[parameter.name] =
        try parameter.standard.map { try value($0, inner) }
        ?? .undefined("the parameter '\(parameter.name)', not given")
    }
    return try captured { _ = try run(macro.body, inner) }
  }

  private func bind(
    _ keyword: inout [(name: String, value: JinjaValue)], of macro: JinjaMacro, to names: [String],
    _ scope: JinjaScope
  ) throws {
    var rest = JinjaDictionary()
    for (name, value) in keyword {
      if names.contains(name) {
        guard scope.values[name] == nil else { throw jinjaError("the argument '\(name)' twice") }
        scope.values[name] = value
      } else if macro.mentions.contains("kwargs") {
        rest.set(name, value)
      } else {
        throw jinjaError(
          "the argument '\(name)' for the macro '\(macro.name)'", expected: names.joined(separator: ", "))
      }
    }
    if macro.mentions.contains("kwargs") { scope.values["kwargs"] = .dictionary(rest) }
  }

  private func call(_ function: JinjaFunction, _ arguments: JinjaCallArguments) throws -> JinjaValue {
    switch function {
    case .range: return .range(try Self.range(arguments))
    case .dict: return .dictionary(try Self.dictionary(arguments))
    case .namespace:
      var values: [String: JinjaValue] = [:]
      for member in try Self.dictionary(arguments).members {
        let name = try member.key.printed()
        try JinjaNamespace.check(name)
        values[name] = member.value
      }
      return .namespace(JinjaNamespace(values))
    case .raiseException:
      let message = try arguments.bound("message")[0]?.printed() ?? ""
      throw InputError(.badData, found: "the template refuses the conversation: \(message)")
    case .strftimeNow:
      guard let clock, let format = try arguments.bound("format")[0].text("format") else {
        throw jinjaError("no format", expected: "a text such as '%d %b %Y'")
      }
      return .string(try clock.formatted(format))
    }
  }

  private static func range(_ arguments: JinjaCallArguments) throws -> JinjaRange {
    let given = try arguments.bound("start", "stop", "step")
    guard given[0] != nil, arguments.keyword.isEmpty else {
      throw jinjaError("no bound", expected: "one to three")
    }
    let first = try given[0].integer("start", or: 0)
    let step = try given[2].integer("step", or: 1)
    let range =
      given[1] == nil
      ? JinjaRange(start: 0, stop: first, step: 1)
      : JinjaRange(start: first, stop: try given[1].integer("stop", or: 0), step: step)
    let limit = 100_000
    let (width, overflows) = range.stop.subtractingReportingOverflow(range.start)
    guard step != 0, step != .min, !overflows, width.magnitude / step.magnitude <= limit, range.count <= limit
    else {
      throw jinjaError("a range of more than \(limit) numbers, or one with step 0", expected: "a smaller one")
    }
    return range
  }

  private static func dictionary(_ arguments: JinjaCallArguments) throws -> JinjaDictionary {
    var dictionary = JinjaDictionary()
    guard arguments.positional.count <= 1 else {
      throw jinjaError("more than one value", expected: "one dict")
    }
    if case .dictionary(let given)? = arguments.positional.first {
      dictionary = given
    } else if let pairs = arguments.positional.first {
      for pair in try pairs.elements() {
        let parts = try pair.elements()
        guard parts.count == 2 else {
          throw jinjaError("\(parts.count) values", expected: "a key and a value")
        }
        try dictionary.set(parts[0], parts[1])
      }
    }
    for (name, value) in arguments.keyword { dictionary.set(name, value) }
    return dictionary
  }
}
