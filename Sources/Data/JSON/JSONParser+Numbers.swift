import FileSystem

extension JSONParser {
  /// A number: an integer when it is written as one and fits, else the nearest double.
  mutating func number() throws -> JSONValue {
    let first = position
    let isNegative = current == UInt8(ascii: "-")
    if isNegative { position += 1 }
    let digits = position
    guard let magnitude = try integerPart() else { return try floatingPoint(from: first) }
    let isWhole = current != UInt8(ascii: ".") && current | 0x20 != UInt8(ascii: "e")
    // "-0" has a sign that an integer cannot keep.
    guard isWhole, !(isNegative && magnitude == 0) else {
      position = digits
      _ = try integerPart()
      return try floatingPoint(from: first)
    }
    return .integer(isNegative ? -magnitude : magnitude)
  }

  /// The digits before any fraction; nil when they are too many for 64 bits.
  private mutating func integerPart() throws -> Int? {
    let first = position
    var magnitude = 0
    var fits = true
    while position < end, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
      let (product, tooBig) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, tooBigYet) = product.addingReportingOverflow(Int(bytes[position] & 0x0F))
      fits = fits && !tooBig && !tooBigYet
      magnitude = sum
      position += 1
    }
    guard position > first else { throw unexpected("a digit") }
    if bytes[first] == UInt8(ascii: "0"), position > first + 1 {
      position = first
      throw error("a number with a leading zero", expected: "no leading zero")
    }
    return fits ? magnitude : nil
  }

  /// Fraction and exponent; the integer part is behind the position already.
  private mutating func floatingPoint(from first: Int) throws -> JSONValue {
    if current == UInt8(ascii: ".") {
      position += 1
      try digits()
    }
    if current | 0x20 == UInt8(ascii: "e") {
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    let text = String(decoding: bytes[first..<position], as: UTF8.self)
    guard let value = Double(text), value.isFinite else {
      position = first
      throw error("a number out of range", expected: "at most 1.8e308 in magnitude")
    }
    return .number(value)
  }

  private mutating func digits() throws {
    let first = position
    while position < end, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) { position += 1 }
    guard position > first else { throw unexpected("a digit") }
  }
}
