/// Python's `str` methods: text is a sequence of Unicode scalars there, not of characters.
enum PythonText {
  /// Whether `str.isspace` holds for the scalar.
  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F,
      0x3000:
      true
    default: false
    }
  }

  /// Whether both are the same scalars; Swift's `==` follows canonical equivalence.
  static func equal(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }

  /// `left < right` by code points, which is the order of UTF-8 bytes.
  static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  /// `text.strip(characters)`; white space without characters.
  static func stripped(
    _ text: String, _ characters: String? = nil, left: Bool = true, right: Bool = true
  ) -> String {
    let set = characters.map { Set($0.unicodeScalars) }
    let drops: (Unicode.Scalar) -> Bool = { scalar in set?.contains(scalar) ?? isSpace(scalar) }
    var rest = text.unicodeScalars[...]
    if left { rest = rest.drop(while: drops) }
    if right { while let last = rest.last, drops(last) { rest.removeLast() } }
    return String(rest)
  }

  /// The byte positions at which `mark` stands in `text`, none overlapping another.
  static func positions(of mark: [UInt8], in text: [UInt8], limit: Int = .max) -> [Int] {
    var found: [Int] = []
    var position = 0
    while found.count < limit, position + mark.count <= text.count {
      if text[position] == mark[0], text[position..<position + mark.count].elementsEqual(mark) {
        found.append(position)
        position += mark.count
      } else {
        position += 1
      }
    }
    return found
  }

  /// Whether `part` stands somewhere in `text`.
  static func contains(_ text: String, _ part: String) -> Bool {
    part.isEmpty || !positions(of: Array(part.utf8), in: Array(text.utf8), limit: 1).isEmpty
  }

  /// `text.replace(old, new, count)`.
  static func replaced(_ text: String, _ old: String, _ new: String, count: Int = -1) -> String {
    let limit = count < 0 ? Int.max : count
    if old.isEmpty {
      var result = String.UnicodeScalarView()
      var left = limit
      for scalar in text.unicodeScalars {
        if left > 0 { result.append(contentsOf: new.unicodeScalars) }
        left -= 1
        result.append(scalar)
      }
      if left > 0 { result.append(contentsOf: new.unicodeScalars) }
      return String(result)
    }
    let bytes = Array(text.utf8)
    let mark = Array(old.utf8)
    var result: [UInt8] = []
    var start = 0
    for position in positions(of: mark, in: bytes, limit: limit) {
      result += bytes[start..<position]
      result += Array(new.utf8)
      start = position + mark.count
    }
    return String(decoding: result + bytes[start...], as: UTF8.self)
  }

  /// `text.split(mark, limit)` or, from the right, `rsplit`; `mark` is not empty.
  static func split(_ text: String, _ mark: String, limit: Int = -1, fromRight: Bool = false) -> [String] {
    let bytes = fromRight ? text.utf8.reversed() : Array(text.utf8)
    let pattern = fromRight ? mark.utf8.reversed() : Array(mark.utf8)
    var parts: [String] = []
    var start = 0
    func add(_ part: ArraySlice<UInt8>) {
      parts.append(String(decoding: fromRight ? part.reversed() : Array(part), as: UTF8.self))
    }
    for position in positions(of: pattern, in: bytes, limit: limit < 0 ? .max : limit) {
      add(bytes[start..<position])
      start = position + pattern.count
    }
    add(bytes[start...])
    return fromRight ? parts.reversed() : parts
  }

  /// `text.split()`: at white space, none of it kept.
  static func splitAtSpace(_ text: String, limit: Int = -1, fromRight: Bool = false) -> [String] {
    let scalars = fromRight ? text.unicodeScalars.reversed() : Array(text.unicodeScalars)
    var parts: [String] = []
    var position = 0
    func add(_ part: ArraySlice<Unicode.Scalar>) {
      parts.append(joined(fromRight ? part.reversed() : Array(part)))
    }
    while true {
      while position < scalars.count, isSpace(scalars[position]) { position += 1 }
      guard position < scalars.count else { break }
      if limit >= 0, parts.count == limit {
        add(scalars[position...])
        break
      }
      let end = scalars[position...].firstIndex(where: isSpace) ?? scalars.count
      add(scalars[position..<end])
      position = end
    }
    return fromRight ? parts.reversed() : parts
  }

  /// `text.splitlines(keepends)`.
  static func lines(_ text: String, keepEnds: Bool = false) -> [String] {
    var lines: [String] = []
    let scalars = Array(text.unicodeScalars)
    var start = 0
    var position = 0
    while position < scalars.count {
      guard isLineEnd(scalars[position]) else {
        position += 1
        continue
      }
      let isPair = scalars[position] == "\r" && position + 1 < scalars.count && scalars[position + 1] == "\n"
      let next = position + (isPair ? 2 : 1)
      lines.append(joined(Array(scalars[start..<(keepEnds ? next : position)])))
      start = next
      position = next
    }
    if start < scalars.count { lines.append(joined(Array(scalars[start...]))) }
    return lines
  }

  private static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  /// The text of these scalars.
  static func joined(_ scalars: [Unicode.Scalar]) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  /// The number of scalars: Python's `len`.
  static func length(_ text: String) -> Int { text.unicodeScalars.count }
}
