internal import FileSystem

extension JinjaValue {
  /// Bytes of text, or elements, that one operation may make.
  static let sizeLimit = 1 << 26

  /// `left + right`.
  static func sum(_ left: JinjaValue, _ right: JinjaValue) throws -> JinjaValue {
    switch (left, right) {
    case (.string(let one), .string(let other)): return .string(one + other)
    case (.list(let one), .list(let other)): return .list(one + other)
    case (.tuple(let one), .tuple(let other)): return .tuple(one + other)
    default: break
    }
    if let one = left.text, let other = right.text {
      return .markup(
        (left.isMarkup ? one : PythonText.escapedHTML(one))
          + (right.isMarkup ? other : PythonText.escapedHTML(other)))
    }
    return try numeric("+", left, right, { $0.addingReportingOverflow($1) }, { $0 + $1 })
  }

  /// `left - right`.
  static func difference(_ left: JinjaValue, _ right: JinjaValue) throws -> JinjaValue {
    try numeric("-", left, right, { $0.subtractingReportingOverflow($1) }, { $0 - $1 })
  }

  /// `left * right`: of numbers, or a text or list so many times.
  static func product(_ left: JinjaValue, _ right: JinjaValue) throws -> JinjaValue {
    let (repeated, count) = left.integer == nil ? (left, right.integer) : (right, left.integer)
    guard let count, let length = repeated.length, !repeated.isUndefined else {
      return try numeric("*", left, right, { $0.multipliedReportingOverflow(by: $1) }, { $0 * $1 })
    }
    let times = max(count, 0)
    guard length == 0 || times <= sizeLimit / length else {
      throw jinjaError("a text or list repeated \(times) times", expected: "at most \(sizeLimit) elements")
    }
    switch repeated {
    case .string(let text): return .string(String(repeating: text, count: times))
    case .markup(let text): return .markup(String(repeating: text, count: times))
    case .list(let items): return .list(Array(repeatElement(items, count: times).joined()))
    case .tuple(let items): return .tuple(Array(repeatElement(items, count: times).joined()))
    default: throw unsupported("*", left, right)
    }
  }

  /// `left / right`: always a float.
  static func quotient(_ left: JinjaValue, _ right: JinjaValue) throws -> JinjaValue {
    guard let one = left.number, let other = right.number else { throw unsupported("/", left, right) }
    guard other != 0 else { throw jinjaError("a division by zero") }
    return .float(one / other)
  }

  /// `left // right`.
  static func floorQuotient(_ left: JinjaValue, _ right: JinjaValue) throws -> JinjaValue {
    guard let one = left.number, let other = right.number else { throw unsupported("//", left, right) }
    guard other != 0 else { throw jinjaError("a division by zero") }
    guard let first = left.integer, let second = right.integer else {
      let remainder = floorRemainder(one, other)
      return .float(((one - remainder) / other).rounded())
    }
    let (quotient, overflows) = first.dividedReportingOverflow(by: second)
    guard !overflows else { throw jinjaError("a whole number of more than 64 bits") }
    return .integer(first % second != 0 && (first < 0) != (second < 0) ? quotient - 1 : quotient)
  }

  /// `left % right` of numbers, or a text with its `%s` filled in.
  static func remainder(_ left: JinjaValue, _ right: JinjaValue) throws -> JinjaValue {
    if let format = left.text {
      guard !left.isMarkup else { throw jinjaError("'%' on marked text", expected: "plain text") }
      return .string(try PythonFormat.percent(format, right))
    }
    guard let one = left.number, let other = right.number else { throw unsupported("%", left, right) }
    guard other != 0 else { throw jinjaError("a division by zero") }
    guard let first = left.integer, let second = right.integer else {
      return .float(floorRemainder(one, other))
    }
    if second == -1 { return .integer(0) }
    let rest = first % second
    return .integer(rest != 0 && (rest < 0) != (second < 0) ? rest + second : rest)
  }

  /// The remainder that has the sign of the divisor.
  private static func floorRemainder(_ left: Double, _ right: Double) -> Double {
    let rest = left.truncatingRemainder(dividingBy: right)
    if rest == 0 { return right < 0 ? -0.0 : 0.0 }
    return (rest < 0) != (right < 0) ? rest + right : rest
  }

  /// `left ** right`, of whole numbers only: others are not needed in templates.
  static func power(_ left: JinjaValue, _ right: JinjaValue) throws -> JinjaValue {
    guard let base = left.integer, let exponent = right.integer, exponent >= 0, exponent <= 4096 else {
      throw unsupported("**", left, right)
    }
    var result = 1
    for _ in 0..<exponent {
      let (next, overflows) = result.multipliedReportingOverflow(by: base)
      guard !overflows else { throw jinjaError("a whole number of more than 64 bits") }
      result = next
    }
    return .integer(result)
  }

  /// `-value`.
  static func negated(_ value: JinjaValue) throws -> JinjaValue {
    if case .float(let number) = value { return .float(-number) }
    return try difference(.integer(0), value)
  }

  /// `+value`.
  static func positive(_ value: JinjaValue) throws -> JinjaValue {
    if case .float = value { return value }
    return try sum(.integer(0), value)
  }

  /// Whether the text was marked by `safe` or `escape`.
  var isMarkup: Bool {
    if case .markup = self { return true }
    return false
  }

  private static func numeric(
    _ sign: String, _ left: JinjaValue, _ right: JinjaValue,
    _ whole: (Int, Int) -> (partialValue: Int, overflow: Bool), _ float: (Double, Double) -> Double
  ) throws -> JinjaValue {
    if let one = left.integer, let other = right.integer {
      let result = whole(one, other)
      guard !result.overflow else { throw jinjaError("a whole number of more than 64 bits") }
      return .integer(result.partialValue)
    }
    guard let one = left.number, let other = right.number else { throw unsupported(sign, left, right) }
    return .float(float(one, other))
  }

  private static func unsupported(_ sign: String, _ left: JinjaValue, _ right: JinjaValue) -> InputError {
    jinjaError(
      "'\(sign)' between \(left.description) and \(right.description)", expected: "values that it is for")
  }
}

extension PythonText {
  /// What markupsafe's `escape` makes of a text.
  static func escapedHTML(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "'": result.append(contentsOf: "&#39;".unicodeScalars)
      case "\"": result.append(contentsOf: "&#34;".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
