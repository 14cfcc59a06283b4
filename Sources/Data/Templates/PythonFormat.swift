internal import FileSystem

/// Python's two ways to put values into a text, as far as chat templates use them; what is beyond is an error.
enum PythonFormat {
  /// `format % value`: `%s`, `%r`, `%d`, `%i`, `%f`, `%x` with flags, width and places, and `%(name)s`.
  static func percent(_ format: String, _ value: JinjaValue) throws -> String {
    var values: [JinjaValue] = if case .tuple(let items) = value { items } else { [value] }
    values.reverse()
    var result = String.UnicodeScalarView()
    var rest = format.unicodeScalars[...]
    var isNamed = false
    while let scalar = rest.popFirst() {
      guard scalar == "%" else {
        result.append(scalar)
        continue
      }
      var next: JinjaValue?
      if rest.first == "(" {
        let name = rest.dropFirst().prefix { $0 != ")" }
        rest = rest.dropFirst(name.count + 2)
        guard case .dictionary(let dictionary) = value, let member = dictionary[String(name)] else {
          throw jinjaError("'%(\(String(name)))' without such a value")
        }
        next = member
        isNamed = true
      }
      let field = try Field(&rest)
      if field.conversion == "%" {
        result.append("%")
        continue
      }
      guard let argument = next ?? values.popLast() else {
        throw jinjaError("more fields than values in the format '\(format)'")
      }
      result.append(contentsOf: try field.text(argument).unicodeScalars)
    }
    guard isNamed || values.isEmpty || hasElements(value) else {
      throw jinjaError("more values than fields in the format '\(format)'")
    }
    return String(result)
  }

  /// Python lets what can be indexed stand unused behind `%`.
  private static func hasElements(_ value: JinjaValue) -> Bool {
    switch value {
    case .dictionary, .list, .range, .undefined: true
    default: false
    }
  }

  /// What follows a `%`.
  private struct Field {
    var padsLeft = true
    var padsWithZeros = false
    var showsSign = false
    var width = 0
    var places: Int?
    var conversion: Unicode.Scalar

    init(_ rest: inout String.UnicodeScalarView.SubSequence) throws {
      conversion = "s"
      while let flag = rest.first, "-0+".unicodeScalars.contains(flag) {
        if flag == "-" { padsLeft = false }
        if flag == "0" { padsWithZeros = true }
        if flag == "+" { showsSign = true }
        rest.removeFirst()
      }
      width = Self.number(&rest) ?? 0
      if rest.first == "." {
        rest.removeFirst()
        places = Self.number(&rest) ?? 0
      }
      guard let kind = rest.popFirst(), "srdifx%".unicodeScalars.contains(kind) else {
        throw jinjaError("an incomplete or unknown field after '%'", expected: "one of %s %r %d %i %f %x %%")
      }
      guard width <= 1000, places ?? 0 <= 300 else { throw jinjaError("a width of more than 1000") }
      conversion = kind
    }

    private static func number(_ rest: inout String.UnicodeScalarView.SubSequence) -> Int? {
      let digits = rest.prefix { ("0"..."9").contains($0) }
      rest = rest.dropFirst(digits.count)
      return Int(String(digits))
    }

    func text(_ value: JinjaValue) throws -> String {
      var text: String
      var isNumber = true
      switch conversion {
      case "s", "r":
        text = conversion == "s" ? try value.printed() : try value.represented()
        if let places { text = PythonText.joined(Array(text.unicodeScalars.prefix(places))) }
        isNumber = false
      case "f":
        guard let number = value.number else { throw mismatch(value) }
        text = PythonNumber.fixed(number, places: places ?? 6)
      default:
        guard places == nil,
          let number = value.integer ?? value.number.flatMap({ Int(exactly: $0.rounded(.towardZero)) })
        else { throw mismatch(value) }
        text = String(number, radix: conversion == "x" ? 16 : 10)
      }
      if isNumber, showsSign, !text.hasPrefix("-") { text = "+" + text }
      let padding = max(0, width - PythonText.length(text))
      if !padsLeft { return text + String(repeating: " ", count: padding) }
      guard padsWithZeros, isNumber else { return String(repeating: " ", count: padding) + text }
      let sign = text.prefix { $0 == "-" || $0 == "+" }
      return sign + String(repeating: "0", count: padding) + text.dropFirst(sign.count)
    }

    private func mismatch(_ value: JinjaValue) -> InputError {
      jinjaError("\(value.description) for '%\(conversion)'", expected: "a number")
    }
  }

  /// `format.format(*positional, **keyword)`: `{}`, `{0}`, `{name}` and doubled braces.
  static func braces(
    _ format: String, _ positional: [JinjaValue], _ keyword: [(name: String, value: JinjaValue)]
  ) throws -> String {
    var result = String.UnicodeScalarView()
    var rest = format.unicodeScalars[...]
    var nextIndex = 0
    while let scalar = rest.popFirst() {
      guard scalar == "{" || scalar == "}" else {
        result.append(scalar)
        continue
      }
      if rest.first == scalar {
        rest.removeFirst()
        result.append(scalar)
        continue
      }
      guard scalar == "{", let end = rest.firstIndex(of: "}") else {
        throw jinjaError("a single brace in the format '\(format)'", expected: "'{}' or doubled braces")
      }
      let name = String(rest[..<end])
      rest = rest[rest.index(after: end)...]
      let index = name.isEmpty ? nextIndex : Int(name)
      if name.isEmpty { nextIndex += 1 }
      guard
        let value = index.map({ positional.indices.contains($0) ? positional[$0] : nil })
          ?? keyword.first(where: { $0.name == name })?.value
      else {
        throw jinjaError("'{\(name)}' in a format", expected: "the number or name of a value, nothing more")
      }
      result.append(contentsOf: try value.printed().unicodeScalars)
    }
    return String(result)
  }
}
