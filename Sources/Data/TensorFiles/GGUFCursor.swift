import FileSystem

/// Reads the header of a GGUF file from its start, a megabyte at a time; every length is compared with what is left
/// of the header before memory is taken.
struct GGUFCursor: ~Copyable {
  private static let windowSize = 1 << 20
  /// No header is longer: a vocabulary of 262,144 tokens with its merges takes 15 MB. In memory a header is up to 24
  /// times as large as in the file.
  private static let byteLimit = 1 << 26

  private let file: File
  /// Bytes of the file.
  let size: Int
  /// The byte that is read next.
  private(set) var position = 0
  private var window: [UInt8] = []
  private var windowStart = 0

  init(_ file: consuming File) throws(InputError) {
    size = try file.size()
    self.file = file
  }

  /// Bytes that may follow in the header.
  var remaining: Int { min(size, Self.byteLimit) - position }
  var path: String { file.path }

  /// The file, for those who read on.
  consuming func takeFile() -> File { file }

  func error(_ key: String?, found: String, expected: String, at place: Int? = nil) -> InputError {
    InputError(
      .badData, file: file.path, at: .byte(place ?? position), key: key, found: found, expected: expected)
  }

  /// The next `count` bytes.
  mutating func bytes(_ count: Int, _ key: String?) throws(InputError) -> ArraySlice<UInt8> {
    guard count <= remaining else {
      throw error(
        key,
        found: size > Self.byteLimit
          ? "a header that does not end" : "the file ends \(remaining) bytes further on",
        expected: size > Self.byteLimit ? "one of at most \(Self.byteLimit) bytes" : "\(count) bytes")
    }
    if position + count > windowStart + window.count {
      let length = min(remaining, max(count, Self.windowSize))
      window = try file.read(at: position, count: length)
      windowStart = position
    }
    let start = position - windowStart
    position += count
    return window[start..<start + count]
  }

  mutating func integer<Value: FixedWidthInteger>(
    _ key: String?, as type: Value.Type = Value.self
  ) throws(InputError) -> Value {
    let bytes = try bytes(Value.bitWidth / 8, key)
    var value = Value(0)
    for byte in bytes.reversed() { value = value << 8 | Value(truncatingIfNeeded: byte) }
    return value
  }

  /// How many things of at least `minimumSize` bytes follow.
  mutating func count(_ key: String?, of things: String, minimumSize: Int) throws(InputError) -> Int {
    let place = position
    let number = try integer(key, as: UInt64.self)
    guard number <= UInt64(remaining / minimumSize) else {
      throw error(
        key, found: "\(number) \(things) in \(remaining) bytes",
        expected: "at most \(remaining / minimumSize)", at: place)
    }
    return Int(number)
  }

  /// A text of at most `limit` bytes, with its length in front.
  mutating func string(_ key: String?, limit: Int = .max) throws(InputError) -> String {
    let place = position
    let length = try count(key, of: "characters", minimumSize: 1)
    guard length <= limit else {
      throw error(key, found: "a name of \(length) bytes", expected: "at most \(limit)", at: place)
    }
    guard let text = String(validating: try bytes(length, key), as: UTF8.self) else {
      throw error(key, found: "bytes that are not UTF-8", expected: "UTF-8 text", at: place)
    }
    return text
  }
}

extension GGUFCursor {
  /// A value of `type`.
  mutating func value(_ type: GGUFValueType, _ key: String) throws(InputError) -> GGUFValue {
    switch type {
    case .uint8: return .uint8(try integer(key))
    case .int8: return .int8(try integer(key))
    case .uint16: return .uint16(try integer(key))
    case .int16: return .int16(try integer(key))
    case .uint32: return .uint32(try integer(key))
    case .int32: return .int32(try integer(key))
    case .uint64: return .uint64(try integer(key))
    case .int64: return .int64(try integer(key))
    case .float32: return .float32(Float(bitPattern: try integer(key)))
    case .float64: return .float64(Double(bitPattern: try integer(key)))
    case .string: return .string(try string(key))
    case .bool:
      let place = position
      let byte = try integer(key, as: UInt8.self)
      guard byte < 2 else { throw error(key, found: "the byte \(byte)", expected: "0 or 1", at: place) }
      return .bool(byte == 1)
    case .array:
      let type = try valueType(key)
      guard type != .array else { throw error(key, found: "an array of arrays", expected: "plain values") }
      let count = try count(key, of: "elements", minimumSize: type.minimumSize)
      var elements: [GGUFValue] = []
      elements.reserveCapacity(count)
      for _ in 0..<count { elements.append(try value(type, key)) }
      return .array(type, elements)
    }
  }

  /// The type of the value that follows.
  mutating func valueType(_ key: String) throws(InputError) -> GGUFValueType {
    let place = position
    let number = try integer(key, as: UInt32.self)
    guard let type = GGUFValueType(rawValue: number) else {
      throw error(key, found: "a value of type \(number)", expected: "a type from 0 to 12", at: place)
    }
    return type
  }
}
