internal import FileSystem

/// What may stand behind `is`.
enum JinjaTests {
  private typealias Body = @Sendable (JinjaValue, JinjaCallArguments) throws -> Bool

  private static let table: [String: Body] = plain.mapValues(withoutArguments).merging(comparisons) { $1 }
    .merging(others) { $1 }

  /// The names of all tests.
  static let names: Set<String> = Set(table.keys)

  /// Whether the test holds. Throws `InputError` that names it when value or arguments do not fit.
  static func holds(_ name: String, _ value: JinjaValue, _ arguments: JinjaCallArguments) throws -> Bool {
    guard let body = table[name] else {
      throw jinjaError("the test '\(name)'", expected: "one of \(names.sorted().joined(separator: ", "))")
    }
    do {
      return try body(value, arguments)
    } catch var error as InputError where error.key == nil {
      error.key = "test '\(name)'"
      throw error
    }
  }

  private static func withoutArguments(_ body: @escaping @Sendable (JinjaValue) -> Bool) -> Body {
    { value, arguments in
      _ = try arguments.bound()
      return body(value)
    }
  }

  private static let plain: [String: @Sendable (JinjaValue) -> Bool] = [
    "defined": { !$0.isUndefined }, "undefined": { $0.isUndefined }, "none": { $0.isNone },
    "string": { $0.text != nil }, "escaped": { $0.isMarkup },
    "boolean": { $0.truth != nil }, "true": { $0.truth == true }, "false": { $0.truth == false },
    "integer": { $0.integer != nil && $0.truth == nil },
    "float": { if case .float = $0 { true } else { false } },
    "number": { $0.number != nil },
    "mapping": { if case .dictionary = $0 { true } else { false } },
    "callable": {
      switch $0 {
      case .callable, .undefined, .loop: true
      default: false
      }
    },
    "sequence": {
      switch $0 {
      case .undefined, .string, .markup, .list, .tuple, .dictionary, .range: true
      default: false
      }
    },
    "iterable": {
      switch $0 {
      case .none, .bool, .integer, .float, .namespace, .callable: false
      default: true
      }
    },
  ]

  private static let comparisons: [String: Body] = {
    let names = [
      "==": "==", "eq": "==", "equalto": "==", "!=": "!=", "ne": "!=", "<": "<", "lt": "<", "lessthan": "<",
      "<=": "<=", "le": "<=", ">": ">", "gt": ">", "greaterthan": ">", ">=": ">=", "ge": ">=", "in": "in",
    ]
    return names.mapValues { sign in
      { value, arguments in
        guard let other = try arguments.bound("other")[0] else { throw jinjaError("nothing to compare with") }
        return try JinjaValue.compare(sign, value, other)
      }
    }
  }()

  private static let others: [String: Body] = [
    "even": { value, arguments in
      _ = try arguments.bound()
      return try JinjaValue.equal(JinjaValue.remainder(value, .integer(2)), .integer(0))
    },
    "odd": { value, arguments in
      _ = try arguments.bound()
      return try JinjaValue.equal(JinjaValue.remainder(value, .integer(2)), .integer(1))
    },
    "divisibleby": { value, arguments in
      guard let divisor = try arguments.bound("num")[0] else { throw jinjaError("no divisor") }
      return try JinjaValue.equal(JinjaValue.remainder(value, divisor), .integer(0))
    },
    "lower": { value, arguments in
      _ = try arguments.bound()
      return PythonText.isLower(try value.printed())
    },
    "upper": { value, arguments in
      _ = try arguments.bound()
      return PythonText.isUpper(try value.printed())
    },
    "sameas": { value, arguments in
      guard let other = try arguments.bound("other")[0] else { throw jinjaError("nothing to compare with") }
      if value.isNone || other.isNone { return value.isNone && other.isNone }
      if value.truth != nil || other.truth != nil { return value.truth == other.truth }
      throw jinjaError(value.description, expected: "true, false or none, whose identity is certain")
    },
    "filter": { value, arguments in
      _ = try arguments.bound()
      return value.text.map(JinjaFilters.names.contains) ?? false
    },
    "test": { value, arguments in
      _ = try arguments.bound()
      return value.text.map { table[$0] != nil } ?? false
    },
  ]
}

extension JinjaValue {
  /// The truth value, when this is one.
  fileprivate var truth: Bool? {
    if case .bool(let flag) = self { return flag }
    return nil
  }
}
