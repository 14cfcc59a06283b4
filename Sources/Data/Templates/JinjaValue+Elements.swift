internal import FileSystem

extension JinjaValue {
  /// `value.name`: a method first, then a member; undefined when there is neither.
  ///
  /// Throws `InputError` on what is undefined itself, and for attributes that Python has and Pacer does not.
  func attribute(_ name: String) throws -> JinjaValue {
    if case .undefined(let what) = self {
      throw jinjaError("'.\(name)' of \(what)", expected: "a value that is defined")
    }
    if let method = try ownAttribute(name) { return method }
    if case .dictionary(let dictionary) = self, let member = dictionary[name] { return member }
    return .undefined("'\(name)', which \(description) has not")
  }

  /// `value[index]`: an element first, then an attribute; undefined when there is neither.
  func element(_ index: JinjaValue) throws -> JinjaValue {
    switch self {
    case .undefined(let what): throw jinjaError("an element of \(what)", expected: "a value that is defined")
    case .dictionary(let dictionary):
      if let member = dictionary.value(of: index) { return member }
    case .list(let items), .tuple(let items):
      if let place = index.integer { return Self.item(at: place, of: items, self) }
    case .range(let range):
      if let place = index.integer { return Self.item(at: place, of: range.items, self) }
    case .string(let text), .markup(let text):
      if let place = index.integer {
        return rewrapped(Self.item(at: place, of: text.unicodeScalars.map { .string(String($0)) }, self))
      }
    case .namespace(let namespace):
      if let name = index.text, let member = namespace.values[name] { return member }
    default: break
    }
    if let name = index.text, let own = try ownAttribute(name) { return own }
    return .undefined("element \((try? index.represented()) ?? "?"), which \(description) has not")
  }

  private static func item(at index: Int, of items: [JinjaValue], _ owner: JinjaValue) -> JinjaValue {
    let place = index < 0 ? index + items.count : index
    return items.indices.contains(place)
      ? items[place] : .undefined("element \(index) of \(items.count) in \(owner.description)")
  }

  /// `value[start:stop:step]`. Throws `InputError` on what has no slices.
  func slice(_ start: JinjaValue?, _ stop: JinjaValue?, _ step: JinjaValue?) throws -> JinjaValue {
    let bounds = try [start, stop, step].map { bound -> Int? in
      guard let bound else { return nil }
      if case .none = bound { return nil }
      return try Optional(bound).integer("a bound of a slice", or: 0)
    }
    switch self {
    case .list(let items): return .list(try Self.slice(items, bounds))
    case .tuple(let items): return .tuple(try Self.slice(items, bounds))
    case .range(let range): return .range(try range.slice(bounds))
    case .string(let text), .markup(let text):
      return rewrapped(.string(PythonText.joined(try Self.slice(Array(text.unicodeScalars), bounds))))
    default: throw jinjaError("a slice of \(description)", expected: "a slice of a text or list")
    }
  }

  private static func slice<Item>(_ items: [Item], _ bounds: [Int?]) throws -> [Item] {
    let places = try JinjaRange(bounds, of: items.count)
    return (0..<places.count).map { items[places.start + $0 * places.step] }
  }

  /// A text made from this one: marked, when this one is.
  func rewrapped(_ value: JinjaValue) -> JinjaValue {
    guard isMarkup, case .string(let text) = value else { return value }
    return .markup(text)
  }

  /// What Python's type itself has under this name.
  private func ownAttribute(_ name: String) throws -> JinjaValue? {
    if case .loop(let loop) = self { return try loop.attribute(name) }
    if case .namespace(let namespace) = self { return namespace.values[name] }
    guard !name.hasPrefix("__") else {
      throw jinjaError("the attribute '\(name)'", expected: "one that a template may use")
    }
    let known = JinjaMethods.names(of: self)
    if known.contains(name) { return .callable(.method(self, name)) }
    if JinjaMethods.changing(self).contains(name) {
      throw jinjaError(
        "'\(name)', which would change a \(typeName)", expected: "what leaves values as they are",
        remedy: "transformers refuses it too; use a namespace")
    }
    if JinjaMethods.unsupported(self).contains(name) {
      throw jinjaError(
        "'\(name)' of a \(typeName), which is not supported", expected: known.sorted().joined(separator: ", ")
      )
    }
    return nil
  }
}

extension JinjaRange {
  /// The places that `[start:stop:step]` picks of `count` elements. Throws `InputError` for a step of 0.
  fileprivate init(_ bounds: [Int?], of count: Int) throws {
    // A step beyond the elements takes one at most; a bound on it keeps sums within an Int.
    let step = max(-count - 1, min(count + 1, bounds[2] ?? 1))
    guard step != 0 else { throw jinjaError("a slice with step 0", expected: "another step") }
    let lowest = step > 0 ? 0 : -1
    let highest = step > 0 ? count : count - 1
    func clamped(_ bound: Int?, or standard: Int) -> Int {
      guard let bound else { return standard }
      let (shifted, overflows) = bound.addingReportingOverflow(bound < 0 ? count : 0)
      return overflows ? (bound < 0 ? lowest : highest) : min(max(shifted, lowest), highest)
    }
    start = clamped(bounds[0], or: step > 0 ? lowest : highest)
    stop = clamped(bounds[1], or: step > 0 ? highest : lowest)
    self.step = step
  }

  /// Python's slice of a range, a range again.
  fileprivate func slice(_ bounds: [Int?]) throws -> JinjaRange {
    let places = try JinjaRange(bounds, of: count)
    return JinjaRange(
      start: start + places.start * step, stop: start + places.stop * step, step: places.step * step)
  }
}
