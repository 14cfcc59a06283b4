internal import FileSystem

extension RecordMapping {
  /// The conversation that a record holds, for a chat template: messages as they are, with `tools` and `documents` of
  /// the record beside them; ShareGPT's and pairs of prompt and response as messages.
  ///
  /// Throws `InputError` (bad data) naming the key that is missing or holds something else.
  func chat(from record: JSONNode) throws -> ChatConversation {
    switch self {
    case .automatic: return try Self.detected(in: record).chat(from: record)
    case .text(let field):
      throw InputError(
        .badData, file: record.file, key: field, found: "running text for a chat template",
        expected: "messages, conversations, or prompt and response")
    case .promptAndResponse:
      let document = try document(from: record, template: .bare, domain: "")
      return ChatConversation(
        messages: document.segments.map { Self.message($0.role.rawValue, .string($0.text)) },
        tools: try Self.list("tools", of: record), documents: try Self.list("documents", of: record))
    case .messages(let field), .conversations(let field):
      let messages = try Self.field(field, of: record).elements.map { try Self.message(of: $0) }
      return ChatConversation(
        messages: messages, tools: try Self.list("tools", of: record),
        documents: try Self.list("documents", of: record))
    }
  }

  /// OpenAI's message as it is; ShareGPT's with its speaker's usual name.
  private static func message(of node: JSONNode) throws -> JSONValue {
    guard let speaker = try node.optional("from") else {
      _ = try node.required("role").string
      return node.value
    }
    return message(try role(speaker).rawValue, try node.required("value").value)
  }

  private static func message(_ role: String, _ content: JSONValue) -> JSONValue {
    ["role": .string(role), "content": content]
  }

  private static func list(_ key: String, of record: JSONNode) throws -> [JSONValue]? {
    try record.optional(key)?.elements.map(\.value)
  }
}
