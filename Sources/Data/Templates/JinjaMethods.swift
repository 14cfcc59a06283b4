internal import FileSystem

/// The methods of Python's values that a template may call.
enum JinjaMethods {
  private static let text: Set<String> = [
    "capitalize", "center", "count", "endswith", "find", "format", "index", "isalnum", "isalpha", "isdigit",
    "islower",
    "isspace", "isupper", "join", "ljust", "lower", "lstrip", "partition", "removeprefix", "removesuffix",
    "replace",
    "rfind", "rjust", "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip",
    "swapcase",
    "title", "upper", "zfill",
  ]
  private static let otherText: Set<String> = [
    "casefold", "encode", "expandtabs", "format_map", "isascii", "isdecimal", "isidentifier", "isnumeric",
    "isprintable", "istitle", "maketrans", "rindex", "translate",
  ]
  private static let numbers: Set<String> = [
    "as_integer_ratio", "bit_count", "bit_length", "conjugate", "denominator", "from_bytes", "fromhex", "hex",
    "imag",
    "is_integer", "numerator", "real", "to_bytes",
  ]

  /// The methods that are there.
  static func names(of value: JinjaValue) -> Set<String> {
    switch value {
    case .string, .markup: text
    case .list, .tuple: ["index", "count"]
    case .dictionary: ["get", "items", "keys", "values", "copy"]
    default: []
    }
  }

  /// The methods that the sandbox refuses, as they would change the value.
  static func changing(_ value: JinjaValue) -> Set<String> {
    switch value {
    case .list: ["append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove"]
    case .dictionary: ["clear", "pop", "popitem", "setdefault", "update"]
    default: []
    }
  }

  /// What Python has and Pacer does not: an error, as a silent "undefined" would be another answer than Python's.
  static func unsupported(_ value: JinjaValue) -> Set<String> {
    switch value {
    case .string: otherText
    case .markup: otherText.union(["escape", "striptags", "unescape"])
    case .list: ["copy"]
    case .dictionary: ["fromkeys"]
    case .bool, .integer, .float: numbers
    case .range: ["count", "index", "start", "step", "stop"]
    case .view: ["isdisjoint", "mapping"]
    case .generator: ["close", "gi_code", "gi_frame", "gi_running", "gi_yieldfrom", "send", "throw"]
    case .callable:
      ["arguments", "call", "caller", "catch_kwargs", "catch_varargs", "explicit_caller", "fromkeys", "name"]
    default: []
    }
  }

  /// Calls a method. Throws `InputError` for arguments that do not fit.
  static func call(_ name: String, of value: JinjaValue, _ arguments: JinjaCallArguments) throws -> JinjaValue
  {
    do {
      switch value {
      case .string(let text): return try callText(name, text, arguments)
      case .markup(let text): return try callMarkup(name, text, arguments)
      case .list(let items), .tuple(let items): return try callList(name, items, arguments)
      case .dictionary(let dictionary): return try callDictionary(name, dictionary, arguments)
      case .loop(let loop): return try loop.call(name, arguments.positional)
      default: preconditionFailure("method \(name) of a \(value.typeName)")
      }
    } catch var error as InputError where error.key == nil {
      error.key = "\(value.typeName).\(name)"
      throw error
    }
  }

  private static func callList(
    _ name: String, _ items: [JinjaValue], _ arguments: JinjaCallArguments
  ) throws -> JinjaValue {
    guard let item = try arguments.bound("value")[0] else { throw jinjaError("no value to look for") }
    if name == "count" { return .integer(items.count { JinjaValue.equal($0, item) }) }
    guard let index = items.firstIndex(where: { JinjaValue.equal($0, item) }) else {
      throw jinjaError("\(item.description), which is not in the list", expected: "one of its elements")
    }
    return .integer(index)
  }

  private static func callDictionary(
    _ name: String, _ dictionary: JinjaDictionary, _ arguments: JinjaCallArguments
  ) throws -> JinjaValue {
    if name == "get" {
      let given = try arguments.bound("key", "default")
      guard arguments.keyword.isEmpty, let key = given[0] else {
        throw jinjaError("no key, or one by name", expected: "a key and, perhaps, what stands in for it")
      }
      _ = try JinjaDictionary.Key(key)
      return dictionary.value(of: key) ?? given[1] ?? .none
    }
    _ = try arguments.bound()
    switch name {
    case "items":
      return .view(JinjaView(kind: .items, items: dictionary.members.map { .tuple([$0.key, $0.value]) }))
    case "keys": return .view(JinjaView(kind: .keys, items: dictionary.keys))
    case "values": return .view(JinjaView(kind: .values, items: dictionary.members.map(\.value)))
    default: return .dictionary(dictionary)
    }
  }

  /// Marked text stays marked; what is put into it is escaped.
  private static func callMarkup(
    _ name: String, _ text: String, _ arguments: JinjaCallArguments
  ) throws -> JinjaValue {
    guard
      !["format", "join", "replace", "partition", "rpartition", "center", "ljust", "rjust"].contains(name)
    else {
      throw jinjaError("marked text ('safe', 'escape')", expected: "plain text for this method")
    }
    return marked(try callText(name, text, arguments))
  }

  private static func marked(_ value: JinjaValue) -> JinjaValue {
    switch value {
    case .string(let text): .markup(text)
    case .list(let items): .list(items.map(marked))
    default: value
    }
  }
}
