internal import FileSystem

/// Cuts a template into tokens, with white space trimmed as transformers asks for: `trim_blocks` and
/// `lstrip_blocks` are on, and `-` and `+` beside a mark count before them.
struct JinjaLexer {
  let source: [Unicode.Scalar]
  let file: String?
  var position = 0
  var line = 1
  var tokens: [JinjaToken] = []
  /// Whether what was read last ended a line: white space before a block is dropped only from a line's start.
  private var startsLine = true

  /// - Parameter source: the template; CR and CRLF count as LF, one line end at its end is dropped.
  init(_ source: String, file: String?) {
    var scalars: [Unicode.Scalar] = []
    var previous: Unicode.Scalar = " "
    for scalar in source.unicodeScalars {
      if !(scalar == "\n" && previous == "\r") { scalars.append(scalar == "\r" ? "\n" : scalar) }
      previous = scalar
    }
    if scalars.last == "\n" { scalars.removeLast() }
    self.source = scalars
    self.file = file
  }

  /// All tokens, the end last. Throws `InputError` with the line at which a mark is not closed or not understood.
  mutating func allTokens() throws -> [JinjaToken] {
    while position < source.count { try nextStretch() }
    add(.end)
    return tokens
  }

  mutating func add(_ kind: JinjaToken.Kind) { tokens.append(JinjaToken(kind: kind, line: line)) }

  /// Whether `text` stands at `place`.
  func has(_ text: String, at place: Int) -> Bool {
    let scalars = Array(text.unicodeScalars)
    return place >= 0 && place + scalars.count <= source.count
      && source[place..<place + scalars.count].elementsEqual(scalars)
  }

  /// Moves on to `place` and counts the lines passed.
  mutating func move(to place: Int) {
    line += source[position..<place].count { $0 == "\n" }
    position = place
  }

  /// Text up to the next mark, and what the mark begins.
  private mutating func nextStretch() throws {
    guard let mark = nextMark(from: position) else {
      add(.text(PythonText.joined(Array(source[position...]))))
      return move(to: source.count)
    }
    let isVariable = has("{{", at: mark)
    let sign =
      mark + 2 < source.count && (source[mark + 2] == "-" || source[mark + 2] == "+") ? source[mark + 2] : " "
    addText(upTo: mark, sign: sign, isVariable: isVariable)
    let inner = mark + (sign == " " ? 2 : 3)
    if has("{#", at: mark) { return try skipComment(from: inner) }
    if !isVariable, let body = rawBody(from: inner) { return try addRaw(from: body) }
    move(to: inner)
    add(isVariable ? .variableBegin : .blockBegin)
    try addExpression(isVariable: isVariable)
  }

  private func nextMark(from start: Int) -> Int? {
    var place = start
    while place + 1 < source.count {
      if source[place] == "{", ["{", "%", "#"].contains(source[place + 1]) { return place }
      place += 1
    }
    return nil
  }

  private mutating func addText(upTo end: Int, sign: Unicode.Scalar, isVariable: Bool) {
    var kept = end
    if sign == "-" {
      while kept > position, PythonText.isSpace(source[kept - 1]) { kept -= 1 }
    } else if sign != "+", !isVariable {
      let newline = source[position..<end].lastIndex(of: "\n")
      let start = newline.map { $0 + 1 } ?? position
      if newline != nil || startsLine, source[start..<end].allSatisfy(PythonText.isSpace) { kept = start }
    }
    if kept > position { add(.text(PythonText.joined(Array(source[position..<kept])))) }
    move(to: end)
  }

  private mutating func skipComment(from inner: Int) throws {
    var place = inner
    while place < source.count, !has("#}", at: place) { place += 1 }
    guard place < source.count else { throw error("a comment without end", expected: "'#}'") }
    let sign = place > inner ? source[place - 1] : " "
    move(to: place + 2)
    passEnd(sign: sign, trimsNewline: true)
  }

  /// Behind a closing mark: what its sign, or `trim_blocks`, drops.
  mutating func passEnd(sign: Unicode.Scalar, trimsNewline: Bool) {
    var place = position
    if sign == "-" {
      while place < source.count, PythonText.isSpace(source[place]) { place += 1 }
    } else if sign != "+", trimsNewline, place < source.count, source[place] == "\n" {
      place += 1
    }
    startsLine = place > 0 && source[place - 1] == "\n"
    move(to: place)
  }

  /// Where the text of a `{% raw %}` begins, when this is one.
  private func rawBody(from inner: Int) -> Int? {
    guard let end = keywordEnd("raw", from: inner) else { return nil }
    if has("-%}", at: end) {
      var place = end + 3
      while place < source.count, PythonText.isSpace(source[place]) { place += 1 }
      return place
    }
    return has("%}", at: end) ? end + 2 : nil
  }

  /// Behind `word` and the white space around it, when it stands at `place`.
  private func keywordEnd(_ word: String, from place: Int) -> Int? {
    var place = place
    while place < source.count, PythonText.isSpace(source[place]) { place += 1 }
    guard has(word, at: place) else { return nil }
    place += word.unicodeScalars.count
    while place < source.count, PythonText.isSpace(source[place]) { place += 1 }
    return place
  }

  private mutating func addRaw(from body: Int) throws {
    move(to: body)
    startsLine = source[body - 1] == "\n"
    var mark = body
    while mark < source.count {
      if has("{%", at: mark) {
        let signed = mark + 2 < source.count && (source[mark + 2] == "-" || source[mark + 2] == "+")
        let sign = signed ? source[mark + 2] : " "
        if let end = keywordEnd("endraw", from: mark + (signed ? 3 : 2)) {
          let endSign = has("-%}", at: end) || has("+%}", at: end) ? source[end] : " "
          if has("%}", at: endSign == " " ? end : end + 1) {
            addText(upTo: mark, sign: sign, isVariable: false)
            move(to: (endSign == " " ? end : end + 1) + 2)
            return passEnd(sign: endSign, trimsNewline: true)
          }
        }
      }
      mark += 1
    }
    throw error("a 'raw' block without end", expected: "'{% endraw %}'")
  }

  /// An error at the line that is being read.
  func error(_ found: String, expected: String? = nil) -> InputError {
    InputError(.badData, file: file, at: .line(line), found: found, expected: expected)
  }
}
