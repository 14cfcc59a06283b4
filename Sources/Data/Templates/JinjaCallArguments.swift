/// The values given to a function, method, filter or test.
struct JinjaCallArguments {
  var positional: [JinjaValue] = []
  var keyword: [(name: String, value: JinjaValue)] = []

  /// The values in the order of `names`, nil where none was given.
  ///
  /// Throws `InputError` for one too many, one given twice and one of another name.
  func bound(_ names: String...) throws -> [JinjaValue?] {
    guard positional.count <= names.count else {
      throw jinjaError("\(positional.count) arguments", expected: "at most \(names.count)")
    }
    var values =
      positional.map(Optional.some) + [JinjaValue?](repeating: nil, count: names.count - positional.count)
    for (name, value) in keyword {
      guard let index = names.firstIndex(of: name) else {
        throw jinjaError(
          "an argument named '\(name)'", expected: names.isEmpty ? "none" : names.joined(separator: ", "))
      }
      guard values[index] == nil else { throw jinjaError("the argument '\(name)' twice") }
      values[index] = value
    }
    return values
  }

  /// Without the first `count` positional values.
  func dropping(_ count: Int) -> JinjaCallArguments {
    JinjaCallArguments(positional: Array(positional.dropFirst(count)), keyword: keyword)
  }
}

extension JinjaValue? {
  /// The whole number that was given, or `standard` when none was. Throws `InputError` for another value.
  func integer(_ what: String, or standard: Int) throws -> Int {
    guard let self else { return standard }
    guard let number = self.integer else {
      throw jinjaError("\(self.description) for '\(what)'", expected: "a whole number")
    }
    return number
  }

  /// The text that was given, nil when none or None was. Throws `InputError` for another value.
  func text(_ what: String) throws -> String? {
    guard let self else { return nil }
    if case .none = self { return nil }
    guard let text = self.text else {
      throw jinjaError("\(self.description) for '\(what)'", expected: "a text")
    }
    return text
  }

  /// Whether what was given is true for Python; `standard` when nothing was.
  func flag(or standard: Bool = false) -> Bool { self?.isTrue ?? standard }
}
