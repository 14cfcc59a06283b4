internal import FileSystem

/// The filters a template may use: those of Jinja that chat templates need, and transformers' `tojson`.
enum JinjaFilters {
  typealias Body = @Sendable (JinjaValue, JinjaCallArguments) throws -> JinjaValue

  private static let table: [String: Body] = text.merging(numbers) { $1 }.merging(sequences) { $1 }
    .merging(selections) { $1 }

  /// The names of all filters.
  static let names = Set(table.keys)

  /// Applies a filter. Throws `InputError` that names it when value or arguments do not fit.
  static func apply(_ name: String, _ value: JinjaValue, _ arguments: JinjaCallArguments) throws -> JinjaValue
  {
    guard let body = table[name] else {
      throw jinjaError("the filter '\(name)'", expected: "one of \(names.sorted().joined(separator: ", "))")
    }
    do {
      return try body(value, arguments)
    } catch var error as InputError where error.key == nil {
      error.key = "filter '\(name)'"
      throw error
    }
  }

  /// A filter of the text of any value that keeps a mark.
  private static func ofText(_ change: @escaping @Sendable (String) -> String) -> Body {
    { value, arguments in
      _ = try arguments.bound()
      return value.rewrapped(.string(change(try value.printed())))
    }
  }

  private static let text: [String: Body] = [
    "upper": ofText(PythonText.upper), "lower": ofText(PythonText.lower),
    "capitalize": ofText(PythonText.capitalized),
    "title": { value, arguments in
      _ = try arguments.bound()
      return .string(PythonText.titledWords(try value.printed()))
    },
    "trim": { value, arguments in
      let characters = try arguments.bound("chars")[0].text("chars")
      return value.rewrapped(.string(PythonText.stripped(try value.printed(), characters)))
    },
    "string": { value, arguments in
      _ = try arguments.bound()
      return value.isMarkup ? value : .string(try value.printed())
    },
    "safe": { value, arguments in
      _ = try arguments.bound()
      return .markup(try value.printed())
    },
    "escape": escape, "e": escape, "replace": replace, "indent": indent, "tojson": json,
    "format": { value, arguments in
      guard arguments.keyword.isEmpty else {
        throw jinjaError("arguments by name", expected: "values in order")
      }
      return .string(try PythonFormat.percent(try value.printed(), .tuple(arguments.positional)))
    },
  ]

  private static let escape: Body = { value, arguments in
    _ = try arguments.bound()
    return value.isMarkup ? value : .markup(PythonText.escapedHTML(try value.printed()))
  }

  private static let replace: Body = { value, arguments in
    let given = try arguments.bound("old", "new", "count")
    guard let old = given[0], let new = given[1] else {
      throw jinjaError("an argument too few", expected: "what to replace, and with what")
    }
    var count = -1
    if let limit = given[2], !limit.isNone { count = try Optional(limit).integer("count", or: -1) }
    return .string(
      PythonText.replaced(try value.printed(), try old.printed(), try new.printed(), count: count))
  }

  private static let indent: Body = { value, arguments in
    let given = try arguments.bound("width", "first", "blank")
    let indentation =
      try given[0]?.text
      ?? String(repeating: " ", count: max(0, min(1000, try given[0].integer("width", or: 4))))
    guard let text = value.text else { throw jinjaError(value.description, expected: "a text") }
    let isBlank = given[2].flag()
    var lines = PythonText.lines(text + "\n")
    for index in lines.indices.dropFirst() where isBlank || !lines[index].isEmpty {
      lines[index] = indentation + lines[index]
    }
    let joined = lines.joined(separator: "\n")
    return value.rewrapped(.string(given[1].flag() ? indentation + joined : joined))
  }

  /// transformers' own `tojson`: `json.dumps` that keeps other scripts and escapes nothing for HTML.
  private static let json: Body = { value, arguments in
    let given = try arguments.bound("ensure_ascii", "indent", "separators", "sort_keys")
    var writer = JinjaJSONWriter()
    writer.escapesNonASCII = given[0].flag()
    writer.sortsKeys = given[3].flag()
    if let indent = given[1], !indent.isNone {
      writer.indent =
        try indent.text
        ?? String(repeating: " ", count: max(0, min(100, try given[1].integer("indent", or: 0))))
    }
    if let separators = given[2], !separators.isNone {
      let marks = try separators.elements().compactMap(\.text)
      guard marks.count == 2 else { throw jinjaError(separators.description, expected: "two separators") }
      writer.itemSeparator = marks[0]
      writer.keySeparator = marks[1]
    }
    return .string(try writer.write(value))
  }
}

extension JinjaValue {
  /// Whether this is Python's None.
  var isNone: Bool {
    if case .none = self { return true }
    return false
  }
}
