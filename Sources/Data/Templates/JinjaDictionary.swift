/// Python's `dict`: in order of insertion, found by key, a key that is there already keeps its place.
struct JinjaDictionary {
  /// What a key is told apart by: `1`, `1.0` and `True` are one key to Python.
  enum Key: Hashable {
    case undefined
    case none
    case text(ExactText)
    case integer(Int)
    case float(Double)

    /// The key of a value. Throws `InputError` for a value that cannot be one.
    init(_ value: JinjaValue) throws {
      switch value {
      case .undefined: self = .undefined
      case .none: self = .none
      case .string(let text), .markup(let text): self = .text(ExactText(text))
      case .float(let number): self = Int(exactly: number).map { .integer($0) } ?? .float(number)
      default:
        guard let number = value.integer else {
          throw jinjaError("a \(value.typeName) as a key", expected: "text or a number")
        }
        self = .integer(number)
      }
    }
  }

  /// The members in order.
  private(set) var members: [(key: JinjaValue, value: JinjaValue)] = []
  private var places: [Key: Int] = [:]

  /// How many members there are.
  var count: Int { members.count }

  /// The keys in order.
  var keys: [JinjaValue] { members.map(\.key) }

  /// Adds a member or replaces its value. Throws `InputError` when the value cannot be a key.
  mutating func set(_ key: JinjaValue, _ value: JinjaValue) throws {
    let place = try Key(key)
    if let index = places[place] {
      members[index].value = value
    } else {
      places[place] = members.count
      members.append((key, value))
    }
  }

  /// Adds a member with a textual key, or replaces its value.
  mutating func set(_ key: String, _ value: JinjaValue) {
    let place = Key.text(ExactText(key))
    if let index = places[place] {
      members[index].value = value
    } else {
      places[place] = members.count
      members.append((.string(key), value))
    }
  }

  /// The value of a textual key.
  subscript(key: String) -> JinjaValue? { places[.text(ExactText(key))].map { members[$0].value } }

  /// The value of any key, nil also for what cannot be one.
  func value(of key: JinjaValue) -> JinjaValue? {
    guard let place = try? Key(key) else { return nil }
    return places[place].map { members[$0].value }
  }
}
