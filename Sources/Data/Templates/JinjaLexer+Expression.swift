internal import FileSystem

extension JinjaLexer {
  private static let symbols = [
    "//", "**", "==", "!=", ">=", "<=", "+", "-", "*", "/", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<",
    "=",
    ".", ":", "|", ",", ";",
  ]

  /// The tokens inside `{{ … }}` or `{% … %}`, and its end.
  mutating func addExpression(isVariable: Bool) throws {
    let begin = line
    var open: [Unicode.Scalar] = []
    while position < source.count {
      if open.isEmpty, try takeEnd(isVariable: isVariable) { return }
      let scalar = source[position]
      if PythonText.isSpace(scalar) {
        move(to: position + 1)
      } else if ("0"..."9").contains(scalar) {
        try takeNumber()
      } else if Self.isName(scalar) {
        takeName()
      } else if scalar == "'" || scalar == "\"" {
        try takeString(quote: scalar)
      } else {
        try takeSymbol(&open)
      }
    }
    line = begin
    throw error("a '\(isVariable ? "{{" : "{%")' that is not closed", expected: isVariable ? "'}}'" : "'%}'")
  }

  private mutating func takeEnd(isVariable: Bool) throws -> Bool {
    let mark = isVariable ? "}}" : "%}"
    var sign: Unicode.Scalar = " "
    if has("-" + mark, at: position) { sign = "-" }
    if !isVariable, has("+" + mark, at: position) { sign = "+" }
    guard sign != " " || has(mark, at: position) else { return false }
    add(isVariable ? .variableEnd : .blockEnd)
    move(to: position + (sign == " " ? 2 : 3))
    passEnd(sign: sign, trimsNewline: !isVariable)
    return true
  }

  private static func isName(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
    default: scalar.value >= 0x80 && scalar.properties.isXIDContinue
    }
  }

  private mutating func takeName() {
    let end = source[position...].firstIndex { !Self.isName($0) } ?? source.count
    add(.name(PythonText.joined(Array(source[position..<end]))))
    move(to: end)
  }

  private mutating func takeSymbol(_ open: inout [Unicode.Scalar]) throws {
    guard let symbol = Self.symbols.first(where: { has($0, at: position) }) else {
      throw error("the character '\(source[position])'", expected: "a name, a value or an operator")
    }
    let pairs: [String: Unicode.Scalar] = ["(": ")", "[": "]", "{": "}"]
    if let closing = pairs[symbol] { open.append(closing) }
    if pairs.values.contains(source[position]) {
      guard open.popLast() == source[position] else {
        throw error("'\(symbol)'", expected: "brackets that fit one another")
      }
    }
    add(.symbol(symbol))
    move(to: position + symbol.unicodeScalars.count)
  }

  /// Digits with single underscores between them.
  private func digitsEnd(from start: Int, _ isDigit: (Unicode.Scalar) -> Bool) -> Int {
    var place = start
    while place < source.count {
      if isDigit(source[place]) {
        place += 1
      } else if source[place] == "_", place > start, place + 1 < source.count, isDigit(source[place + 1]) {
        place += 1
      } else {
        break
      }
    }
    return place
  }

  private mutating func takeNumber() throws {
    let isDecimal: (Unicode.Scalar) -> Bool = { ("0"..."9").contains($0) }
    let prefixes: [(String, Int)] = [("0b", 2), ("0o", 8), ("0x", 16), ("0B", 2), ("0O", 8), ("0X", 16)]
    if let (_, radix) = prefixes.first(where: { has($0.0, at: position) }) {
      let end = digitsEnd(from: position + 2) { $0.isASCII && Character($0).isHexDigit }
      return try addInteger(from: position + 2, to: end, radix: radix)
    }
    var end = digitsEnd(from: position, isDecimal)
    let whole = end
    // `x.0.1` indexes twice; behind a dot no float begins.
    if position == 0 || source[position - 1] != "." {
      if end + 1 < source.count, source[end] == ".", isDecimal(source[end + 1]) {
        end = digitsEnd(from: end + 1, isDecimal)
      }
      if end < source.count, source[end] == "e" || source[end] == "E" {
        let signed = end + 1 < source.count && (source[end + 1] == "+" || source[end + 1] == "-")
        let power = digitsEnd(from: end + (signed ? 2 : 1), isDecimal)
        if power > end + (signed ? 2 : 1) { end = power }
      }
    }
    guard end > whole else { return try addInteger(from: position, to: end, radix: 10) }
    let digits = PythonText.joined(source[position..<end].filter { $0 != "_" })
    add(.float(Double(digits) ?? .infinity))
    move(to: end)
  }

  private mutating func addInteger(from start: Int, to end: Int, radix: Int) throws {
    let digits = PythonText.joined(source[start..<end].filter { $0 != "_" })
    let isPadded =
      radix == 10 && digits.utf8.count > 1 && digits.hasPrefix("0") && digits.contains { $0 != "0" }
    guard let number = Int(digits, radix: radix), !isPadded else {
      throw error("the number '\(digits)'", expected: "a whole number of at most 64 bits")
    }
    add(.integer(number))
    move(to: end)
  }

  private mutating func takeString(quote: Unicode.Scalar) throws {
    var end = position + 1
    while end < source.count, source[end] != quote { end += source[end] == "\\" ? 2 : 1 }
    guard end < source.count else { throw error("a text without its closing \(quote)", expected: "\(quote)") }
    add(.string(try unescaped(source[position + 1..<end])))
    move(to: end + 1)
  }

  /// Python's escapes in a text; an unknown one stays as it is written.
  private func unescaped(_ raw: ArraySlice<Unicode.Scalar>) throws -> String {
    let simple: [Unicode.Scalar: String] = [
      "n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", "\"": "\"", "a": "\u{7}", "b": "\u{8}",
      "f": "\u{C}",
      "v": "\u{B}", "\n": "",
    ]
    var result = String.UnicodeScalarView()
    var place = raw.startIndex
    while place < raw.endIndex {
      guard raw[place] == "\\", place + 1 < raw.endIndex else {
        result.append(raw[place])
        place += 1
        continue
      }
      let mark = raw[place + 1]
      place += 2
      if let text = simple[mark] {
        result.append(contentsOf: text.unicodeScalars)
      } else if let width = ["x": 2, "u": 4, "U": 8][mark] {
        result.append(try scalar(raw[place..<min(place + width, raw.endIndex)], radix: 16, count: width))
        place += width
      } else if ("0"..."7").contains(mark) {
        let digits = raw[(place - 1)...].prefix(3).prefix { ("0"..."7").contains($0) }
        result.append(try scalar(digits, radix: 8, count: digits.count))
        place = digits.endIndex
      } else if mark == "N" {
        throw error("the escape '\\N' in a text", expected: "'\\u' and four digits")
      } else {
        result.append("\\")
        // Jinja writes other scripts as escapes before it reads escapes, so that the backslash escapes that one.
        result.append(
          contentsOf: mark.isASCII ? [mark] : Array(JinjaValue.escape(mark).unicodeScalars.dropFirst()))
      }
    }
    return String(result)
  }

  private func scalar(
    _ digits: ArraySlice<Unicode.Scalar>, radix: Int, count: Int
  ) throws -> Unicode.Scalar {
    guard digits.count == count, let value = UInt32(PythonText.joined(Array(digits)), radix: radix),
      let scalar = Unicode.Scalar(value)
    else { throw error("an escape that is no character in a text", expected: "digits of a Unicode scalar") }
    return scalar
  }
}
