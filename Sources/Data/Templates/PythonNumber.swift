/// Numbers as Python writes, divides and rounds them.
enum PythonNumber {
  /// `repr(float)`: the shortest digits that read back, an exponent below 1e-4 and from 1e16 on.
  static func text(_ number: Double) -> String {
    if number.isNaN { return "nan" }
    if number.isInfinite { return number < 0 ? "-inf" : "inf" }
    let (digits, exponent) = shortestDigits(number.magnitude)
    let sign = number.sign == .minus ? "-" : ""
    guard (-4..<16).contains(exponent) else {
      let rest = digits.dropFirst()
      let power = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
      return sign + String(digits.prefix(1)) + (rest.isEmpty ? "" : "." + rest) + "e"
        + (exponent < 0 ? "-" : "+") + power
    }
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    let whole = digits.prefix(exponent + 1)
    let fraction = digits.dropFirst(exponent + 1)
    let padding = String(repeating: "0", count: max(0, exponent + 1 - digits.count))
    return sign + String(whole) + padding + "." + (fraction.isEmpty ? "0" : String(fraction))
  }

  /// The digits of Swift's shortest form without zeros at its ends, and the power of ten of the first one.
  private static func shortestDigits(_ number: Double) -> (digits: String, exponent: Int) {
    if number == 0 { return ("0", 0) }
    var mantissa = "\(number)"
    var exponent = 0
    if let mark = mantissa.firstIndex(of: "e") {
      exponent = Int(mantissa[mantissa.index(after: mark)...]) ?? 0
      mantissa = String(mantissa[..<mark])
    }
    let parts = mantissa.split(separator: ".", omittingEmptySubsequences: false)
    let whole = String(parts[0])
    let all = whole + (parts.count > 1 ? String(parts[1]) : "")
    let leading = all.prefix { $0 == "0" }.count
    var digits = String(all.dropFirst(leading))
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    return (digits, exponent + whole.count - 1 - leading)
  }

  /// `'%.{places}f' % number`: the exact value rounded half to even.
  static func fixed(_ number: Double, places: Int) -> String {
    guard number.isFinite else { return text(number) }
    let sign = number.sign == .minus ? "-" : ""
    var digits = exactDigits(number.magnitude, places: places)
    if places == 0 { return sign + digits }
    if digits.count <= places { digits = String(repeating: "0", count: places + 1 - digits.count) + digits }
    return sign + digits.dropLast(places) + "." + digits.suffix(places)
  }

  /// The decimal digits of `number * 10^places`, rounded half to even without any error.
  private static func exactDigits(_ number: Double, places: Int) -> String {
    // number = significand * 2^exponent with a whole significand.
    let bits = Int(number.exponentBitPattern)
    var value = DecimalDigits(
      bits == 0 ? number.significandBitPattern : number.significandBitPattern | 1 << 52)
    let exponent = max(bits, 1) - 1075
    for _ in 0..<max(exponent, 0) { value.multiply(by: 2) }
    for _ in 0..<places { value.multiply(by: 10) }
    // Division by 2^k is multiplication by 5^k and dropping k digits.
    let dropped = max(-exponent, 0)
    for _ in 0..<dropped { value.multiply(by: 5) }
    return value.rounded(dropping: dropped)
  }

  /// `round(number, places)`.
  static func rounded(_ number: Double, places: Int) -> Double {
    guard number.isFinite, places < 320 else { return number }
    if places < 0 {
      let unit = (0..<min(-places, 400)).reduce(1.0) { power, _ in power * 10 }
      return unit.isInfinite ? 0 : (number / unit).rounded(.toNearestOrEven) * unit
    }
    return Double(fixed(number, places: places)) ?? number
  }

  /// `int(text, base)`: white space around, a sign and single underscores between digits are allowed.
  static func integer(_ text: String, base: Int = 10) -> Int? {
    var digits = PythonText.stripped(text)[...]
    var isNegative = false
    if let sign = digits.unicodeScalars.first, sign == "-" || sign == "+" {
      isNegative = sign == "-"
      digits = digits.dropFirst()
    }
    let prefixes = [2: "0b", 8: "0o", 16: "0x"]
    if let prefix = prefixes[base], digits.lowercased().hasPrefix(prefix) { digits = digits.dropFirst(2) }
    guard let plain = withoutUnderscores(digits), plain.utf8.first.map({ $0 != 0x2B && $0 != 0x2D }) ?? false
    else { return nil }
    return Int((isNegative ? "-" : "") + plain, radix: base)
  }

  /// `float(text)`.
  static func float(_ text: String) -> Double? {
    let trimmed = PythonText.stripped(text)
    switch trimmed.lowercased() {
    case "inf", "+inf", "infinity", "+infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    case "nan", "+nan", "-nan": return .nan
    default: break
    }
    guard let plain = withoutUnderscores(trimmed[...]),
      plain.utf8.allSatisfy({ (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0) })
    else { return nil }
    if plain.hasSuffix(".") { return Double(plain + "0") }
    return Double(plain.replacingPrefix(".", "0.").replacingPrefix("-.", "-0."))
  }

  private static func withoutUnderscores(_ digits: Substring) -> String? {
    guard digits.contains("_") else { return String(digits) }
    let parts = digits.split(separator: "_", omittingEmptySubsequences: false)
    return parts.contains(where: \.isEmpty) ? nil : parts.joined()
  }
}

extension String {
  fileprivate func replacingPrefix(_ prefix: String, _ other: String) -> String {
    hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
  }
}

/// A whole number of any size as decimal digits, lowest first.
private struct DecimalDigits {
  private var digits: [UInt8] = []

  init(_ value: UInt64) {
    var rest = value
    repeat {
      digits.append(UInt8(rest % 10))
      rest /= 10
    } while rest > 0
  }

  mutating func multiply(by factor: Int) {
    var carry = 0
    for index in digits.indices {
      let product = Int(digits[index]) * factor + carry
      digits[index] = UInt8(product % 10)
      carry = product / 10
    }
    while carry > 0 {
      digits.append(UInt8(carry % 10))
      carry /= 10
    }
  }

  /// Without the lowest `count` digits, rounded half to even.
  func rounded(dropping count: Int) -> String {
    var kept = Array(digits.dropFirst(count))
    if kept.isEmpty { kept = [0] }
    let highest = count > 0 && count <= digits.count ? digits[count - 1] : 0
    let isTie = highest == 5 && digits.prefix(max(count - 1, 0)).allSatisfy { $0 == 0 }
    if highest > 5 || (highest == 5 && (!isTie || kept[0] % 2 == 1)) {
      var index = 0
      while index < kept.count, kept[index] == 9 {
        kept[index] = 0
        index += 1
      }
      if index == kept.count { kept.append(1) } else { kept[index] += 1 }
    }
    while kept.count > 1, kept.last == 0 { kept.removeLast() }
    return String(decoding: kept.reversed().map { $0 + 0x30 }, as: UTF8.self)
  }
}
