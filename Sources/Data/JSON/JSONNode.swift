public import FileSystem

/// A JSON value that knows where it stands, so that a wrong one is reported by its dotted key.
///
/// ```swift
/// let config = try JSONNode.parse(bytes, file: "config.json")
/// let width = try config.required("hidden_size").int(in: 1...65_536)
/// let theta = try config.optional("rope_theta")?.double ?? 10_000
/// ```
public struct JSONNode: Sendable {
  /// What stands there.
  public let value: JSONValue
  /// The path that messages name.
  public let file: String?
  /// `rope_scaling.factor`, `layers[3].name`; empty for the whole document.
  public let path: String

  /// Places a value at `path` of `file`.
  public init(_ value: JSONValue, file: String? = nil, path: String = "") {
    self.value = value
    self.file = file
    self.path = path
  }

  /// Parses one JSON text; throws as ``JSONValue/parse(_:file:)``.
  public static func parse(_ bytes: [UInt8], file: String? = nil) throws -> JSONNode {
    JSONNode(try JSONValue.parse(bytes, file: file), file: file)
  }

  /// The member `key`, or nil when it is absent or null. Throws when this is no object.
  public func optional(_ key: String) throws -> JSONNode? {
    guard let member = try object[key], member != .null else { return nil }
    return child(key, member)
  }

  /// The member `key`. Throws when this is no object, or the member is absent or null.
  public func required(_ key: String) throws -> JSONNode {
    guard let member = try object[key] else {
      throw InputError(
        .badData, file: file, key: path.isEmpty ? key : "\(path).\(key)", found: "nothing",
        expected: "a value")
    }
    let node = child(key, member)
    guard member != .null else { throw node.error(found: "null", expected: "a value") }
    return node
  }

  /// The text. Throws when this is no string.
  public var string: String {
    get throws {
      guard case .string(let text) = value else { throw mismatch("a string") }
      return text
    }
  }

  /// The truth value. Throws when this is neither true nor false.
  public var bool: Bool {
    get throws {
      guard case .bool(let flag) = value else { throw mismatch("true or false") }
      return flag
    }
  }

  /// The whole number; `1e3` and `2.0` count, as some writers print them. Throws on anything else.
  public var int: Int {
    get throws {
      switch value {
      case .integer(let number): return number
      case .number(let number):
        guard let whole = Int(exactly: number) else { throw mismatch("a whole number") }
        return whole
      default: throw mismatch("a whole number")
      }
    }
  }

  /// The whole number, when it lies in `range`. Throws on anything else.
  public func int(in range: ClosedRange<Int>) throws -> Int {
    let number = try int
    guard range.contains(number) else {
      throw mismatch(
        range.upperBound == .max
          ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// The number. Throws when this is none.
  public var double: Double {
    get throws {
      switch value {
      case .integer(let number): return Double(number)
      case .number(let number): return number
      default: throw mismatch("a number")
      }
    }
  }

  /// The members. Throws when this is no object.
  public var object: JSONObject {
    get throws {
      guard case .object(let object) = value else { throw mismatch("an object") }
      return object
    }
  }

  /// The members in written order, each with its place. Throws when this is no object.
  public var members: [(key: String, node: JSONNode)] {
    get throws { try object.members.map { ($0.key, child($0.key, $0.value)) } }
  }

  /// The elements, each with its place. Throws when this is no array.
  public var elements: [JSONNode] {
    get throws {
      guard case .array(let elements) = value else { throw mismatch("an array") }
      return elements.enumerated().map { JSONNode($1, file: file, path: "\(path)[\($0)]") }
    }
  }

  /// An error about this value.
  public func error(found: String, expected: String? = nil, remedy: String? = nil) -> InputError {
    InputError(
      .badData, file: file, key: path.isEmpty ? nil : path, found: found, expected: expected, remedy: remedy)
  }

  private func child(_ key: String, _ value: JSONValue) -> JSONNode {
    JSONNode(value, file: file, path: path.isEmpty ? key : "\(path).\(key)")
  }

  private func mismatch(_ expected: String) -> InputError {
    error(found: "found \(value.kindName)", expected: expected)
  }
}
