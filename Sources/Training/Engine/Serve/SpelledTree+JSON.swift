internal import DraftData
internal import Evaluation
internal import FileSystem

/// As JSON lines: those of `TreeLog`, with `domain`, `context`, `texts` and `token_text` beside.
extension SpelledTree {
  /// What the names of files of trees end in.
  static let fileEnding = ".trees.jsonl"

  /// Writes one line for each tree. Throws `InputError` when the file cannot be written.
  package static func write(_ trees: [SpelledTree], to path: String) throws {
    var bytes: [UInt8] = []
    for tree in trees {
      var line = TreeLog.line(tree.verified)
      line["domain"] = tree.domain.map { .string($0) } ?? .null
      line["context"] = .string(tree.context)
      line["texts"] = .array(tree.texts.map { .string($0) })
      line["token_text"] = .string(tree.ownText)
      bytes += try JSONValue.object(line).serializedBytes() + [0x0A]
    }
    try DurableFile.write(bytes, to: path)
  }

  /// Reads what `write` or `TreeLog` wrote; tokens without a spelling are shown as `#5`.
  ///
  /// - Throws: `InputError` naming line and key of what makes no tree.
  package static func read(_ path: String) throws -> [SpelledTree] {
    var trees: [SpelledTree] = []
    try JSONLinesReader.forEach(in: path) { trees.append(try SpelledTree($0)) }
    return trees
  }

  private init(_ line: JSONNode) throws {
    let tokens = try Self.numbers(line, "tokens", in: 0...Int(Int32.max)).map { Int32($0) }
    let parents = try Self.numbers(line, "parents", in: -1...Int(Int32.max))
    let isTree = zip(parents, parents.indices).allSatisfy { $1 == 0 ? $0 == -1 : (0..<$1).contains($0) }
    guard !tokens.isEmpty, parents.count == tokens.count, isTree else {
      throw try line.required("parents").error(
        found: "parents that make no tree of \(tokens.count) tokens",
        expected: "-1 for the first, and a lower index for each other")
    }
    let accepted = try Self.numbers(line, "accepted", in: 0...tokens.count - 1)
    guard zip(accepted, [0] + accepted).allSatisfy({ parents[$0] == $1 }) else {
      throw try line.required("accepted").error(
        found: "accepted nodes that are no path", expected: "a path from a child of the root down")
    }
    let token = Int32(try line.required("token").int(in: 0...Int(Int32.max)))
    verified = VerifiedTree(
      prompt: try line.required("prompt").int(in: 0...Int.max),
      position: try line.required("position").int(in: 0...Int.max),
      tree: DraftTree(
        tokens: tokens, parents: parents, pathLogProbabilities: try Self.logProbabilities(line, tokens.count)),
      verdict: TreeVerdict(acceptedNodes: accepted, token: token))
    domain = try line.optional("domain")?.string
    context = try line.optional("context")?.string ?? ""
    texts = try Self.texts(line) ?? tokens.map { "#\($0)" }
    ownText = try line.optional("token_text")?.string ?? "#\(token)"
    guard texts.count == tokens.count else {
      throw try line.required("texts").error(
        found: "\(texts.count) texts", expected: "one for each of \(tokens.count) tokens")
    }
  }

  private static func numbers(_ line: JSONNode, _ key: String, in range: ClosedRange<Int>) throws -> [Int] {
    try line.required(key).elements.map { try $0.int(in: range) }
  }

  private static func texts(_ line: JSONNode) throws -> [String]? {
    try line.optional("texts")?.elements.map { try $0.string }
  }

  /// Nil where none are known.
  private static func logProbabilities(_ line: JSONNode, _ count: Int) throws -> [Double]? {
    let node = try line.required("log_probabilities")
    let values = try node.elements.map { $0.value == .null ? -.infinity : try $0.double }
    guard values.isEmpty || values.count == count else {
      throw node.error(found: "\(values.count) of them", expected: "one for each of \(count) tokens, or none")
    }
    return values.isEmpty ? nil : values
  }
}
