internal import FileSystem

/// Makes statements of tokens. Expressions are in `JinjaParser+Expression.swift`.
struct JinjaParser {
  /// How deep blocks and brackets may nest.
  static let depthLimit = 100

  private let tokens: [JinjaToken]
  let file: String?
  private var position = 0
  private var depth = 0
  /// The names mentioned so far in the macro that is being read.
  var mentions: Set<String> = []
  private var loopDepth = 0
  /// How many `if` blocks are open.
  private(set) var branchDepth = 0
  /// Whether a `{% generation %}` block was read.
  private(set) var hasGeneration = false

  init(_ tokens: [JinjaToken], file: String?) {
    precondition(tokens.last?.kind == .end, "tokens without end")
    self.tokens = tokens
    self.file = file
  }

  /// The whole template. Throws `InputError` with the line, what stands there and what was expected.
  mutating func template() throws -> [JinjaStatement] {
    let body = try statements(until: [])
    guard current.kind == .end else { throw unexpected("the end of the template") }
    return body
  }

  var current: JinjaToken { tokens[position] }
  var following: JinjaToken { tokens[min(position + 1, tokens.count - 1)] }

  @discardableResult
  mutating func advance() -> JinjaToken {
    defer { position = min(position + 1, tokens.count - 1) }
    return current
  }

  /// Passes the symbol when it stands here.
  mutating func take(_ symbol: String) -> Bool {
    guard current.kind == .symbol(symbol) else { return false }
    advance()
    return true
  }

  /// Passes the word when it stands here.
  mutating func take(name: String) -> Bool {
    guard current.kind == .name(name) else { return false }
    advance()
    return true
  }

  mutating func expect(_ symbol: String) throws {
    guard take(symbol) else { throw unexpected("'\(symbol)'") }
  }

  mutating func identifier(_ what: String) throws -> String {
    guard case .name(let name) = current.kind else { throw unexpected(what) }
    advance()
    return name
  }

  mutating func nested<Result>(_ body: (inout JinjaParser) throws -> Result) throws -> Result {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else {
      throw error("nesting deeper than \(Self.depthLimit)", expected: "a flatter template")
    }
    return try body(&self)
  }

  func unexpected(_ expected: String) -> InputError { error(current.description, expected: expected) }

  func error(_ found: String, expected: String? = nil, remedy: String? = nil) -> InputError {
    InputError(
      .badData, file: file, at: .line(current.line), found: found, expected: expected, remedy: remedy)
  }
}

extension JinjaParser {
  /// Statements up to a block that begins with one of `ends`, whose name becomes the current token.
  mutating func statements(until ends: Set<String>) throws -> [JinjaStatement] {
    var body: [JinjaStatement] = []
    while true {
      let line = current.line
      switch current.kind {
      case .text(let text):
        advance()
        body.append(JinjaStatement(line: line, kind: .text(text)))
      case .variableBegin:
        advance()
        let value = try nested { try $0.tuple() }
        guard current.kind == .variableEnd else { throw unexpected("'}}' or an operator") }
        advance()
        body.append(JinjaStatement(line: line, kind: .output(value)))
      case .blockBegin:
        if case .name(let name) = following.kind, ends.contains(name) {
          advance()
          return body
        }
        advance()
        body.append(JinjaStatement(line: line, kind: try nested { try $0.block() }))
      default: return try ending(body, ends)
      }
    }
  }

  private func ending(_ body: [JinjaStatement], _ ends: Set<String>) throws -> [JinjaStatement] {
    guard current.kind == .end else { throw unexpected("a statement") }
    guard ends.isEmpty else {
      throw unexpected(ends.sorted().map { "'{% \($0) %}'" }.joined(separator: " or "))
    }
    return body
  }

  private mutating func block() throws -> JinjaStatement.Kind {
    let name = try identifier("the name of a block")
    switch name {
    case "if": return try ifBlock()
    case "for": return try forBlock()
    case "set": return try setBlock()
    case "with": return try withBlock()
    case "macro": return try macroBlock()
    case "call": return try callBlock()
    case "filter":
      let filter = try filters(of: nil)
      return .filterBlock(filter, body: try closedBody("endfilter"))
    case "generation":
      hasGeneration = true
      return .generation(try closedBody("endgeneration"))
    case "break", "continue":
      guard loopDepth > 0 else {
        throw error("'\(name)' outside a loop", expected: "a 'for' block around it")
      }
      try endOfBlock()
      return name == "break" ? .breakLoop : .continueLoop
    default:
      throw error(
        "the tag '\(name)'",
        expected:
          "if, for, set, with, macro, call, filter, raw, generation, break or continue, or the end of a block"
      )
    }
  }

  mutating func endOfBlock() throws {
    guard current.kind == .blockEnd else { throw unexpected("'%}'") }
    advance()
  }

  /// The rest of the opening block, the body, and the block `end`.
  mutating func closedBody(_ end: String) throws -> [JinjaStatement] {
    try endOfBlock()
    let outerLoops = loopDepth
    // The body becomes a function of its own: a loop around it cannot be left from there.
    loopDepth = 0
    defer { loopDepth = outerLoops }
    let body = try statements(until: [end])
    advance()
    try endOfBlock()
    return body
  }

  private mutating func ifBlock() throws -> JinjaStatement.Kind {
    var branches: [(condition: JinjaExpression, body: [JinjaStatement])] = []
    while true {
      let condition = try tuple(withConditional: false)
      try endOfBlock()
      branchDepth += 1
      defer { branchDepth -= 1 }
      branches.append((condition, try statements(until: ["elif", "else", "endif"])))
      let name = try identifier("'endif'")
      if name == "elif" { continue }
      try endOfBlock()
      guard name == "else" else { return .branches(branches, otherwise: []) }
      let otherwise = try statements(until: ["endif"])
      advance()
      try endOfBlock()
      return .branches(branches, otherwise: otherwise)
    }
  }

  private mutating func forBlock() throws -> JinjaStatement.Kind {
    let target = try assignmentTarget(endingAt: "in")
    guard take(name: "in") else { throw unexpected("'in'") }
    let sequence = try tuple(withConditional: false, endingAt: "recursive")
    let condition = take(name: "if") ? try expression() : nil
    if current.kind == .name("recursive") {
      throw error("a recursive loop", expected: "a loop that is not, or a macro that calls itself")
    }
    try endOfBlock()
    loopDepth += 1
    let body = try statements(until: ["else", "endfor"])
    loopDepth -= 1
    var otherwise: [JinjaStatement] = []
    if try identifier("'endfor'") == "else" {
      try endOfBlock()
      otherwise = try statements(until: ["endfor"])
      advance()
    }
    try endOfBlock()
    return .loop(
      JinjaLoop(target: target, sequence: sequence, condition: condition, body: body, otherwise: otherwise))
  }

  private mutating func setBlock() throws -> JinjaStatement.Kind {
    let target = try assignmentTarget(endingAt: nil, allowsAttribute: true)
    if take("=") {
      let value = try tuple()
      try endOfBlock()
      return .set(target, value)
    }
    let filter = current.kind == .symbol("|") ? try filters(of: nil, startsWithBar: true) : nil
    return .setBlock(target, filter: filter, body: try closedBody("endset"))
  }

  private mutating func withBlock() throws -> JinjaStatement.Kind {
    var assignments: [(target: JinjaTarget, value: JinjaExpression)] = []
    while current.kind != .blockEnd {
      if !assignments.isEmpty { try expect(",") }
      let target = JinjaTarget.name(try identifier("a name"))
      try expect("=")
      assignments.append((target, try expression()))
    }
    try endOfBlock()
    let body = try statements(until: ["endwith"])
    advance()
    try endOfBlock()
    return .with(assignments, body: body)
  }
}
