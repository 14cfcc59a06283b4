/// The variable `loop`: where a `for` block stands.
///
/// Items are taken from the sequence one by one, as Jinja does: a condition of the loop may depend on what the body
/// did before. Only `last`, `nextitem` and `length` look ahead.
final class JinjaLoopState {
  private let pull: () throws -> JinjaValue?
  private var ahead: [JinjaValue] = []
  private var isAtEnd = false
  private var lastSeen: [JinjaValue]?
  private(set) var index0 = -1
  private(set) var current: JinjaValue?
  private var previous: JinjaValue?

  init(pull: @escaping () throws -> JinjaValue?) { self.pull = pull }

  /// A loop exists only while it runs, when it has items.
  var isTrue: Bool { true }

  /// Moves to the next item and returns it, nil at the end. Throws what the loop's condition throws.
  func advance() throws -> JinjaValue? {
    let next = try look()
    guard let next else { return nil }
    ahead.removeFirst()
    previous = current
    current = next
    index0 += 1
    return next
  }

  private func look() throws -> JinjaValue? {
    if ahead.isEmpty, !isAtEnd {
      if let item = try pull() { ahead.append(item) } else { isAtEnd = true }
    }
    return ahead.first
  }

  private func length() throws -> Int {
    while !isAtEnd { if let item = try pull() { ahead.append(item) } else { isAtEnd = true } }
    return index0 + 1 + ahead.count
  }

  /// `loop.name`, nil when loops have no such attribute.
  func attribute(_ name: String) throws -> JinjaValue? {
    switch name {
    case "index": .integer(index0 + 1)
    case "index0": .integer(index0)
    case "first": .bool(index0 == 0)
    case "last": .bool(try look() == nil)
    case "length": .integer(try length())
    case "revindex": .integer(try length() - index0)
    case "revindex0": .integer(try length() - index0 - 1)
    case "previtem": index0 > 0 ? previous : .undefined("the item before the first")
    case "nextitem": try look() ?? .undefined("the item behind the last")
    // Counts recursive loops only, which there are none of.
    case "depth": .integer(1)
    case "depth0": .integer(0)
    case "cycle", "changed": .callable(.method(.loop(self), name))
    default: nil
    }
  }

  /// `loop.cycle(…)` and `loop.changed(…)`.
  func call(_ name: String, _ arguments: [JinjaValue]) throws -> JinjaValue {
    if name == "cycle" {
      guard !arguments.isEmpty else { throw jinjaError("'loop.cycle' without values", expected: "some") }
      return arguments[index0 % arguments.count]
    }
    let isSame = lastSeen.map { JinjaValue.equal(.tuple($0), .tuple(arguments)) } ?? false
    lastSeen = arguments
    return .bool(!isSame)
  }
}
