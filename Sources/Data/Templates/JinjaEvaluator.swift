internal import FileSystem

/// Runs a template: keeps the output, the scopes and the limits. Statements, expressions and calls are in files of
/// their own.
final class JinjaEvaluator {
  /// What a template may use before it counts as run away.
  private static let stepLimit = 5_000_000
  private static let outputLimit = 1 << 26
  private static let depthLimit = 120

  let file: String?
  let clock: TemplateClock?
  /// What was printed, innermost capture only.
  private(set) var output = ""
  /// Bytes of the output that stand between `{% generation %}` and its end.
  private(set) var generations: [Range<Int>] = []
  /// Whether a generation block stood where its place in the output is not known: in a macro, for example.
  private(set) var hasUnplacedGeneration = false
  private var captureDepth = 0
  private var callDepth = 0
  private var steps = 0

  init(file: String?, clock: TemplateClock?) {
    self.file = file
    self.clock = clock
  }

  /// Appends to the output. Throws `InputError` beyond the limit.
  func write(_ text: String) throws {
    output += text
    guard output.utf8.count <= Self.outputLimit else {
      throw jinjaError("more than \(Self.outputLimit) bytes of output", expected: "a template that ends")
    }
  }

  /// Counts one step. Throws `InputError` beyond the limit.
  func countStep() throws {
    steps += 1
    guard steps <= Self.stepLimit else {
      throw jinjaError("more than \(Self.stepLimit) steps", expected: "a template that ends")
    }
  }

  /// What `body` prints, instead of printing it.
  func captured(_ body: () throws -> Void) throws -> String {
    let outer = output
    output = ""
    captureDepth += 1
    defer {
      output = outer
      captureDepth -= 1
    }
    try body()
    return output
  }

  /// Runs `body` one call deeper. Throws `InputError` when macros call one another without end.
  func calling<Result>(_ body: () throws -> Result) throws -> Result {
    callDepth += 1
    defer { callDepth -= 1 }
    guard callDepth <= Self.depthLimit else {
      throw jinjaError("macros that call one another \(Self.depthLimit) deep", expected: "calls that end")
    }
    return try body()
  }

  /// Remembers that the assistant said what was printed from byte `start` on.
  func markGeneration(from start: Int) {
    if captureDepth > 0 { hasUnplacedGeneration = true }
    generations.append(start..<output.utf8.count)
  }
}

extension JinjaEvaluator {
  /// What a statement asks of the loop around it.
  enum Flow {
    case next
    case breaks
    case continues
  }

  /// Runs statements one after the other; file and line are added to what they throw.
  func run(_ statements: [JinjaStatement], _ scope: JinjaScope) throws -> Flow {
    for statement in statements {
      let flow = try placingErrors(file: file, line: statement.line) {
        try countStep()
        return try run(statement.kind, scope)
      }
      if flow != .next { return flow }
    }
    return .next
  }

  private func run(_ statement: JinjaStatement.Kind, _ scope: JinjaScope) throws -> Flow {
    switch statement {
    case .text(let text): try write(text)
    case .output(let expression): try write(try value(expression, scope).printed())
    case .branches(let branches, let otherwise): return try run(branches, otherwise, scope)
    case .loop(let loop): return try run(loop, scope)
    case .set(let target, let expression): try assign(try value(expression, scope), to: target, scope)
    case .setBlock(let target, let filter, let body):
      let text = try captured { _ = try run(body, JinjaScope(parent: scope)) }
      try assign(try filtered(.string(text), by: filter, scope), to: target, scope)
    case .with(let assignments, let body):
      let inner = JinjaScope(parent: scope)
      // Values are those of the scope around, not of one another.
      for assignment in assignments {
        try assign(try value(assignment.value, scope), to: assignment.target, inner)
      }
      return try run(body, inner)
    case .macro(let macro): scope.values[macro.name] = .callable(.macro(macro, scope))
    case .callBlock(let callee, let arguments, let body):
      var given = try evaluated(arguments, scope)
      given.keyword.append(("caller", .callable(.macro(body, scope))))
      try write(try call(try value(callee, scope), given).printed())
    case .filterBlock(let filter, let body):
      let text = try captured { _ = try run(body, JinjaScope(parent: scope)) }
      try write(try filtered(.string(text), by: filter, scope).printed())
    case .generation(let body):
      let start = output.utf8.count
      _ = try run(body, JinjaScope(parent: scope))
      markGeneration(from: start)
    case .breakLoop: return .breaks
    case .continueLoop: return .continues
    }
    return .next
  }

  private func run(
    _ branches: [(condition: JinjaExpression, body: [JinjaStatement])], _ otherwise: [JinjaStatement],
    _ scope: JinjaScope
  ) throws -> Flow {
    for branch in branches where try value(branch.condition, scope).isTrue {
      return try run(branch.body, scope)
    }
    return try run(otherwise, scope)
  }

  /// Puts a value where a target says. Throws `InputError` when parts and values differ in number.
  func assign(_ value: JinjaValue, to target: JinjaTarget, _ scope: JinjaScope) throws {
    switch target {
    case .name(let name): scope.values[name] = value
    case .attribute(let name, let attribute):
      guard case .namespace(let namespace)? = scope.value(of: name) else {
        throw jinjaError("an assignment to '\(name).\(attribute)'", expected: "'\(name)' to be a namespace")
      }
      try JinjaNamespace.check(attribute)
      namespace.values[attribute] = value
    case .tuple(let targets):
      let parts = try value.elements()
      guard parts.count == targets.count else {
        throw jinjaError("\(parts.count) values to unpack", expected: "\(targets.count)")
      }
      for (part, target) in zip(parts, targets) { try assign(part, to: target, scope) }
    }
  }
}

extension JinjaNamespace {
  /// Throws `InputError` for names that transformers' namespaces refuse.
  static func check(_ name: String) throws {
    guard !name.hasPrefix("_") else {
      throw jinjaError("the attribute '\(name)' of a namespace", expected: "a name without '_' before it")
    }
  }
}
