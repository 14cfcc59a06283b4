internal import FileSystem

extension JinjaFilters {
  /// Filters that pick or change elements by a test, a filter or an attribute.
  static let selections: [String: Body] = [
    "map": map,
    "select": { try selected($0, $1, byAttribute: false, keeping: true) },
    "reject": { try selected($0, $1, byAttribute: false, keeping: false) },
    "selectattr": { try selected($0, $1, byAttribute: true, keeping: true) },
    "rejectattr": { try selected($0, $1, byAttribute: true, keeping: false) },
  ]

  private static let map: Body = { value, arguments in
    // Jinja asks whether the value is true before it loops: None has no elements here.
    let items = value.isTrue ? try value.elements() : []
    if arguments.positional.isEmpty, arguments.keyword.contains(where: { $0.name == "attribute" }) {
      let given = try arguments.bound("attribute", "default")
      let standard = given[1].flatMap { $0.isNone ? nil : $0 }
      let key = try path(given[0], standard: standard)
      return .generator(JinjaGenerator(try items.map(key)))
    }
    guard let name = arguments.positional.first?.text else {
      throw jinjaError("no filter and no attribute", expected: "the name of a filter, or attribute='…'")
    }
    let rest = arguments.dropping(1)
    return .generator(JinjaGenerator(try items.map { try apply(name, $0, rest) }))
  }

  private static func selected(
    _ value: JinjaValue, _ arguments: JinjaCallArguments, byAttribute: Bool, keeping: Bool
  ) throws -> JinjaValue {
    var rest = arguments
    var key: (JinjaValue) throws -> JinjaValue = { $0 }
    if byAttribute {
      guard let attribute = rest.positional.first else {
        throw jinjaError("no attribute", expected: "its name")
      }
      key = try path(attribute)
      rest = rest.dropping(1)
    }
    let name = rest.positional.first
    guard name == nil || name?.text != nil else {
      throw jinjaError("a test without name", expected: "a name")
    }
    rest = rest.dropping(1)
    let items = value.isTrue ? try value.elements() : []
    return .generator(
      JinjaGenerator(
        try items.filter { item in
          let tested = try key(item)
          let holds = try name?.text.map { try JinjaTests.holds($0, tested, rest) } ?? tested.isTrue
          return holds == keeping
        }))
  }
}
