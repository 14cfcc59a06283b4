/// What an expression of a template evaluates to: Python's values as far as chat templates meet them.
///
/// Values are immutable, as in the sandbox that transformers renders in; a ``JinjaNamespace`` alone can be written to.
enum JinjaValue {
  /// A name, attribute or element that is not there; the text says what is missing.
  case undefined(String)
  case none
  case bool(Bool)
  case integer(Int)
  case float(Double)
  case string(String)
  /// Text that the filter `safe` or `escape` marked: what is joined to it with `+` is escaped.
  case markup(String)
  case list([JinjaValue])
  case tuple([JinjaValue])
  case dictionary(JinjaDictionary)
  case range(JinjaRange)
  /// What `dict.items()`, `keys()` and `values()` return.
  case view(JinjaView)
  /// What `map`, `select` and others return; it is used up by reading.
  case generator(JinjaGenerator)
  case namespace(JinjaNamespace)
  case loop(JinjaLoopState)
  case callable(JinjaCallable)

  /// Python's `bool(value)`.
  var isTrue: Bool {
    switch self {
    case .undefined, .none: false
    case .bool(let flag): flag
    case .integer(let number): number != 0
    case .float(let number): number != 0
    case .string(let text), .markup(let text): !text.isEmpty
    case .list(let items), .tuple(let items): !items.isEmpty
    case .dictionary(let dictionary): dictionary.count > 0
    case .range(let range): range.count > 0
    case .view(let view): !view.items.isEmpty
    case .loop(let loop): loop.isTrue
    case .generator, .namespace, .callable: true
    }
  }

  /// The text, when this is a string, marked or not.
  var text: String? {
    switch self {
    case .string(let text), .markup(let text): text
    default: nil
    }
  }

  /// The number when this is an integer, or Python's 0 and 1 for a truth value.
  var integer: Int? {
    switch self {
    case .integer(let number): number
    case .bool(let flag): flag ? 1 : 0
    default: nil
    }
  }

  /// The number when this is one of any kind.
  var number: Double? {
    if case .float(let number) = self { return number }
    return integer.map { Double($0) }
  }

  /// Whether this is a name, attribute or element that is not there.
  var isUndefined: Bool {
    if case .undefined = self { return true }
    return false
  }

  /// What Python calls the type, for messages.
  var typeName: String {
    switch self {
    case .undefined: "Undefined"
    case .none: "NoneType"
    case .bool: "bool"
    case .integer: "int"
    case .float: "float"
    case .string: "str"
    case .markup: "Markup"
    case .list: "list"
    case .tuple: "tuple"
    case .dictionary: "dict"
    case .range: "range"
    case .view(let view): view.kind.rawValue
    case .generator: "generator"
    case .namespace: "Namespace"
    case .loop: "LoopContext"
    case .callable: "function"
    }
  }
}

/// What `dict.items()`, `keys()` and `values()` return.
struct JinjaView {
  /// Which of the three.
  enum Kind: String {
    case items = "dict_items"
    case keys = "dict_keys"
    case values = "dict_values"
  }

  let kind: Kind
  let items: [JinjaValue]
}

/// Python's `range`.
struct JinjaRange {
  let start: Int
  let stop: Int
  let step: Int

  /// How many numbers it has.
  var count: Int {
    step > 0
      ? (stop > start ? (stop - start - 1) / step + 1 : 0)
      : (stop < start ? (start - stop - 1) / -step + 1 : 0)
  }

  /// All numbers, as values.
  var items: [JinjaValue] { (0..<count).map { .integer(start + $0 * step) } }
}

/// Values that are read once, one after the other: what lazy filters return.
final class JinjaGenerator {
  private var remaining: ArraySlice<JinjaValue>

  init(_ items: [JinjaValue]) { remaining = items[...] }

  /// The next value, or nil at the end.
  func next() -> JinjaValue? { remaining.popFirst() }

  /// All that is left.
  func drain() -> [JinjaValue] {
    defer { remaining = [] }
    return Array(remaining)
  }
}

/// What `namespace()` makes: the one thing a template can write to from inside a loop.
final class JinjaNamespace {
  var values: [String: JinjaValue]

  init(_ values: [String: JinjaValue]) { self.values = values }
}

/// What can be called.
enum JinjaCallable {
  /// A macro, or the body of a `call` block, with the scope it was written in.
  case macro(JinjaMacro, JinjaScope)
  /// A function that every template has.
  case function(JinjaFunction)
  /// A method of a value.
  indirect case method(JinjaValue, String)
}

/// The functions that every template has.
enum JinjaFunction: String, CaseIterable {
  case range
  case dict
  case namespace
  case raiseException = "raise_exception"
  case strftimeNow = "strftime_now"
}

/// The variables of one block and, behind them, those of the blocks around it.
final class JinjaScope {
  var values: [String: JinjaValue] = [:]
  let parent: JinjaScope?

  init(parent: JinjaScope?) { self.parent = parent }

  /// The variable, here or in a scope around.
  func value(of name: String) -> JinjaValue? {
    var scope: JinjaScope? = self
    while let current = scope {
      if let value = current.values[name] { return value }
      scope = current.parent
    }
    return nil
  }
}
