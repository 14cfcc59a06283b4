internal import FileSystem

extension JinjaFilters {
  /// Filters that make or change numbers.
  static let numbers: [String: Body] = [
    "abs": { value, arguments in
      _ = try arguments.bound()
      if let number = value.integer, number != .min { return .integer(abs(number)) }
      guard let number = value.number else { throw jinjaError(value.description, expected: "a number") }
      return .float(number.magnitude)
    },
    "int": { value, arguments in
      let given = try arguments.bound("default", "base")
      try refuseUndefined(value)
      return try integer(value, base: try given[1].integer("base", or: 10)) ?? given[0] ?? .integer(0)
    },
    "float": { value, arguments in
      let given = try arguments.bound("default")
      try refuseUndefined(value)
      return (value.number ?? value.text.flatMap { PythonNumber.float($0) }).map { .float($0) } ?? given[0]
        ?? .float(0)
    },
    "round": round,
  ]

  private static func refuseUndefined(_ value: JinjaValue) throws {
    if case .undefined(let what) = value { throw jinjaError(what, expected: "a value that is defined") }
  }

  private static func integer(_ value: JinjaValue, base: Int) throws -> JinjaValue? {
    guard base == 10 || base == 2 || base == 8 || base == 16 else {
      throw jinjaError("the base \(base)", expected: "2, 8, 10 or 16")
    }
    if let number = value.integer { return .integer(number) }
    if let text = value.text, let number = PythonNumber.integer(text, base: base) { return .integer(number) }
    guard let number = value.number ?? value.text.flatMap({ PythonNumber.float($0) }), number.isFinite else {
      return nil
    }
    guard let whole = Int(exactly: number.rounded(.towardZero)) else {
      throw jinjaError("the number \(number)", expected: "one of at most 64 bits")
    }
    return .integer(whole)
  }

  private static let round: Body = { value, arguments in
    let given = try arguments.bound("precision", "method")
    let places = try given[0].integer("precision", or: 0)
    let method = try given[1].text("method") ?? "common"
    guard let number = value.number else { throw jinjaError(value.description, expected: "a number") }
    switch method {
    case "common":
      if let whole = value.integer {
        guard places < 0 else { return .integer(whole) }
        throw jinjaError("a whole number rounded to \(places) places", expected: "0 or more")
      }
      return .float(PythonNumber.rounded(number, places: places))
    case "ceil", "floor":
      guard (0...300).contains(places) else { throw jinjaError("\(places) places", expected: "0 to 300") }
      let unit = (0..<places).reduce(1.0) { power, _ in power * 10 }
      return .float((number * unit).rounded(method == "ceil" ? .up : .down) / unit)
    default: throw jinjaError("the method '\(method)'", expected: "common, ceil or floor")
    }
  }
}
