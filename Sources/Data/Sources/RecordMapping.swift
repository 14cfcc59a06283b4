internal import FileSystem

/// Which fields of a JSON record make a document.
///
/// A field is a key, or a path with dots where it lies deeper: `instances.0.output`.
public enum RecordMapping: Sendable, Equatable {
  /// Decided by the first record's keys, then held to for the whole file.
  case automatic
  /// Running text in one field.
  case text(field: String = "text")
  /// A prompt and its answer. `input`, where present and not empty, follows the prompt on a line of its own.
  case promptAndResponse(prompt: String, response: String, input: String? = nil)
  /// OpenAI's list of `{"role", "content"}`.
  case messages(field: String = "messages")
  /// ShareGPT's list of `{"from", "value"}`.
  case conversations(field: String = "conversations")

  /// Pairs of fields that are known to be prompt and answer, the first that fits wins.
  private static let knownPairs: [(prompt: String, response: String, input: String?)] = [
    ("prompt", "response", nil), ("prompt", "completion", nil), ("instruction", "output", "input"),
    ("instruction", "response", "input"), ("question", "answer", nil), ("problem", "solution", nil),
  ]

  /// What `automatic` means for a file whose first record is this.
  ///
  /// - Throws: `InputError` (bad data) naming the keys that are there.
  static func detected(in record: JSONNode) throws -> RecordMapping {
    let object = try record.object
    func has(_ key: String) -> Bool { object[key] != nil }
    if has("messages") { return .messages() }
    if has("conversations") { return .conversations() }
    for pair in knownPairs where has(pair.prompt) && has(pair.response) {
      return .promptAndResponse(prompt: pair.prompt, response: pair.response, input: pair.input)
    }
    if has("text") { return .text() }
    let keys = object.keys.prefix(12).map { "'\($0)'" }.joined(separator: ", ")
    throw record.error(
      found: object.isEmpty ? "a record without keys" : "the keys \(keys)",
      expected: "'text', 'prompt' and 'response', 'messages' or 'conversations'",
      remedy: "Say which fields hold the prompt and the response")
  }

  /// The document that a record holds.
  ///
  /// - Throws: `InputError` (bad data) naming the key that is missing or holds something else than text.
  func document(from record: JSONNode, template: PromptTemplate, domain: String) throws -> Document {
    switch self {
    case .automatic:
      return try Self.detected(in: record).document(from: record, template: template, domain: domain)
    case .text(let field):
      return Document(text: try Self.field(field, of: record).string, domain: domain)
    case .promptAndResponse(let promptField, let responseField, let inputField):
      var prompt = try Self.field(promptField, of: record).string
      if let inputField, let input = try Self.optionalField(inputField, of: record)?.string, !input.isEmpty {
        prompt += "\n" + input
      }
      let response = try Self.field(responseField, of: record).string
      return Document(segments: template.segments(prompt: prompt, response: response), domain: domain)
    case .messages(let field), .conversations(let field):
      return try Self.conversation(Self.field(field, of: record), template: template, domain: domain)
    }
  }

  /// The value at a field path. Throws where a part is missing.
  static func field(_ path: String, of record: JSONNode) throws -> JSONNode {
    if let found = try optionalField(path, of: record) { return found }
    return try record.required(path)
  }

  private static func optionalField(_ path: String, of record: JSONNode) throws -> JSONNode? {
    if let whole = try record.optional(path) { return whole }
    let parts = path.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1 else { return nil }
    var node = record
    for part in parts {
      if let index = Int(part), case .array = node.value {
        let elements = try node.elements
        guard elements.indices.contains(index) else { return nil }
        node = elements[index]
      } else {
        guard let member = try node.optional(String(part)) else { return nil }
        node = member
      }
    }
    return node
  }
}
