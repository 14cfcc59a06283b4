internal import FileSystem

extension JinjaFilters {
  /// Filters over the elements of a value.
  static let sequences: [String: Body] = [
    "length": length, "count": length,
    "default": standard, "d": standard,
    "join": join, "first": first, "last": last, "reverse": reverse, "sort": sort, "unique": unique,
    "dictsort": dictionarySort, "sum": sum,
    "min": { try extreme($0, $1) { try JinjaValue.precedes($0, $1) } },
    "max": { try extreme($0, $1) { try JinjaValue.precedes($1, $0) } },
    "list": { value, arguments in
      _ = try arguments.bound()
      return .list(try value.elements())
    },
    "items": { value, arguments in
      _ = try arguments.bound()
      if value.isUndefined { return .generator(JinjaGenerator([])) }
      guard case .dictionary(let dictionary) = value else {
        throw jinjaError(value.description, expected: "a dict")
      }
      return .generator(JinjaGenerator(dictionary.members.map { .tuple([$0.key, $0.value]) }))
    },
  ]

  private static let length: Body = { value, arguments in
    _ = try arguments.bound()
    guard let length = value.length else {
      throw jinjaError(value.description, expected: "a text, list or dict")
    }
    return .integer(length)
  }

  private static let standard: Body = { value, arguments in
    let given = try arguments.bound("default_value", "boolean")
    return value.isUndefined || (given[1].flag() && !value.isTrue) ? given[0] ?? .string("") : value
  }

  private static let join: Body = { value, arguments in
    let given = try arguments.bound("d", "attribute")
    let separator = try given[0]?.printed() ?? ""
    let key = try path(given[1])
    let parts = try value.elements().map { try key($0).printed() }
    let size = parts.reduce(0) { $0 + $1.utf8.count + separator.utf8.count }
    guard size <= JinjaValue.sizeLimit else { throw jinjaError("a text of \(size) bytes", expected: "less") }
    return .string(parts.joined(separator: separator))
  }

  private static let first: Body = { value, arguments in
    _ = try arguments.bound()
    let item: JinjaValue? =
      if case .generator(let generator) = value { generator.next() } else { try value.elements().first }
    return item ?? .undefined("the first element of an empty \(value.typeName)")
  }

  private static let last: Body = { value, arguments in
    _ = try arguments.bound()
    if case .generator = value {
      throw jinjaError(value.description, expected: "a list", remedy: "Use '|list' before")
    }
    return try value.elements().last ?? .undefined("the last element of an empty \(value.typeName)")
  }

  private static let reverse: Body = { value, arguments in
    _ = try arguments.bound()
    let items = try value.elements()
    if value.text != nil {
      return value.rewrapped(.string(try items.reversed().map { try $0.printed() }.joined()))
    }
    if case .generator = value { return .list(items.reversed()) }
    return .generator(JinjaGenerator(items.reversed()))
  }

  private static let sort: Body = { value, arguments in
    let given = try arguments.bound("reverse", "case_sensitive", "attribute")
    let isCaseSensitive = given[1].flag()
    if let attribute = given[2]?.text, attribute.utf8.contains(0x2C) {
      throw jinjaError("several attributes", expected: "one")
    }
    let attribute = try path(given[2])
    let key: (JinjaValue) throws -> JinjaValue = { folded(try attribute($0), isCaseSensitive) }
    return .list(try sorted(try value.elements(), key: key, isReversed: given[0].flag()))
  }

  private static let unique: Body = { value, arguments in
    let given = try arguments.bound("case_sensitive", "attribute")
    let attribute = try path(given[1])
    var seen: Set<JinjaDictionary.Key> = []
    let items = try value.elements().filter {
      seen.insert(try JinjaDictionary.Key(folded(try attribute($0), given[0].flag()))).inserted
    }
    return .generator(JinjaGenerator(items))
  }

  private static let dictionarySort: Body = { value, arguments in
    let given = try arguments.bound("case_sensitive", "by", "reverse")
    guard case .dictionary(let dictionary) = value else {
      throw jinjaError(value.description, expected: "a dict")
    }
    let by = try given[1].text("by") ?? "key"
    guard by == "key" || by == "value" else {
      throw jinjaError("'\(by)' to sort by", expected: "key or value")
    }
    let pairs = dictionary.members.map { JinjaValue.tuple([$0.key, $0.value]) }
    let key: (JinjaValue) throws -> JinjaValue = { pair in
      folded(try pair.element(.integer(by == "key" ? 0 : 1)), given[0].flag())
    }
    return .list(try sorted(pairs, key: key, isReversed: given[2].flag()))
  }

  private static let sum: Body = { value, arguments in
    let given = try arguments.bound("attribute", "start")
    let key = try path(given[0])
    return try value.elements().reduce(given[1] ?? .integer(0)) { try JinjaValue.sum($0, try key($1)) }
  }

  private static func extreme(
    _ value: JinjaValue, _ arguments: JinjaCallArguments, _ precedes: (JinjaValue, JinjaValue) throws -> Bool
  ) throws -> JinjaValue {
    let given = try arguments.bound("case_sensitive", "attribute")
    let attribute = try path(given[1])
    var best: (item: JinjaValue, key: JinjaValue)?
    for item in try value.elements() {
      let key = folded(try attribute(item), given[0].flag())
      if try best.map({ try precedes(key, $0.key) }) ?? true { best = (item, key) }
    }
    return best?.item ?? .undefined("an element of an empty \(value.typeName)")
  }

  /// Texts in lower case, unless capitals matter.
  private static func folded(_ value: JinjaValue, _ isCaseSensitive: Bool) -> JinjaValue {
    guard !isCaseSensitive, let text = value.text else { return value }
    return .string(PythonText.lower(text))
  }

  /// Equal keys keep their order, also when the order is reversed, as in Python.
  private static func sorted(
    _ items: [JinjaValue], key: (JinjaValue) throws -> JinjaValue, isReversed: Bool
  ) throws -> [JinjaValue] {
    let keyed = try items.enumerated().map { (place: $0, key: try key($1), item: $1) }
    return try keyed.sorted { one, other in
      if try JinjaValue.precedes(isReversed ? other.key : one.key, isReversed ? one.key : other.key) {
        return true
      }
      if try JinjaValue.precedes(isReversed ? one.key : other.key, isReversed ? other.key : one.key) {
        return false
      }
      return one.place < other.place
    }.map(\.item)
  }

  /// What `attribute='a.0.b'` looks up in an element; the element itself without attribute.
  static func path(_ attribute: JinjaValue?, standard: JinjaValue? = nil) throws -> (JinjaValue) throws ->
    JinjaValue
  {
    guard let attribute, !attribute.isNone else { return { $0 } }
    let steps: [JinjaValue]
    if let text = attribute.text {
      steps = text.split(separator: ".", omittingEmptySubsequences: false).map { part in
        part.utf8.allSatisfy { (0x30...0x39).contains($0) }
          ? Int(part).map { .integer($0) } ?? .string("") : .string(String(part))
      }
    } else {
      guard let index = attribute.integer else {
        throw jinjaError(attribute.description, expected: "an attribute")
      }
      steps = [.integer(index)]
    }
    return { item in
      try steps.reduce(item) { value, step in
        let next = try value.element(step)
        return next.isUndefined ? standard ?? next : next
      }
    }
  }
}
