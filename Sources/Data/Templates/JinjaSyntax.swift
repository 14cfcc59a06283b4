/// A value that a template spells out.
enum JinjaLiteral: Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  case float(Double)
  case string(String)
}

/// An expression as it was written.
indirect enum JinjaExpression: Sendable {
  case literal(JinjaLiteral)
  case name(String)
  case list([JinjaExpression])
  case tuple([JinjaExpression])
  case dictionary([(key: JinjaExpression, value: JinjaExpression)])
  case attribute(JinjaExpression, String)
  case element(JinjaExpression, JinjaExpression)
  case slice(JinjaExpression, JinjaExpression?, JinjaExpression?, JinjaExpression?)
  case call(JinjaExpression, JinjaArguments)
  /// A filter; the innermost one of a `filter` or `set` block has no expression to work on.
  case filter(JinjaExpression?, String, JinjaArguments)
  case test(JinjaExpression, String, JinjaArguments)
  case sign(String, JinjaExpression)
  case not(JinjaExpression)
  case binary(String, JinjaExpression, JinjaExpression)
  case concatenation([JinjaExpression])
  case comparison(JinjaExpression, [(sign: String, operand: JinjaExpression)])
  case conditional(JinjaExpression, if: JinjaExpression, else: JinjaExpression?)
}

/// What stands in the brackets of a call.
struct JinjaArguments: Sendable {
  var positional: [JinjaExpression] = []
  var keyword: [(name: String, value: JinjaExpression)] = []
}

/// What a value is assigned to.
indirect enum JinjaTarget: Sendable {
  case name(String)
  /// `namespace.attribute`.
  case attribute(String, String)
  case tuple([JinjaTarget])
}

/// A stretch of a template with the line it begins on.
struct JinjaStatement: Sendable {
  indirect enum Kind: Sendable {
    case text(String)
    case output(JinjaExpression)
    case branches([(condition: JinjaExpression, body: [JinjaStatement])], otherwise: [JinjaStatement])
    case loop(JinjaLoop)
    case set(JinjaTarget, JinjaExpression)
    case setBlock(JinjaTarget, filter: JinjaExpression?, body: [JinjaStatement])
    case with([(target: JinjaTarget, value: JinjaExpression)], body: [JinjaStatement])
    case macro(JinjaMacro)
    /// A call whose macro may call the body as `caller`.
    case callBlock(JinjaExpression, JinjaArguments, body: JinjaMacro)
    case filterBlock(JinjaExpression, body: [JinjaStatement])
    /// transformers' mark around what the assistant says.
    case generation([JinjaStatement])
    case breakLoop
    case continueLoop
  }

  let line: Int
  let kind: Kind
}

/// A `for` block.
struct JinjaLoop: Sendable {
  let target: JinjaTarget
  let sequence: JinjaExpression
  let condition: JinjaExpression?
  let body: [JinjaStatement]
  let otherwise: [JinjaStatement]
}

/// A macro, or the body of a `call` block.
struct JinjaMacro: Sendable {
  let name: String
  let parameters: [(name: String, standard: JinjaExpression?)]
  let body: [JinjaStatement]
  /// The names that the body mentions: only then may more arguments be given, as in Jinja.
  let mentions: Set<String>
}
