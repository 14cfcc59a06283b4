internal import FileSystem

extension RecordMapping {
  /// A list of messages in either spelling.
  static func conversation(_ messages: JSONNode, template: PromptTemplate, domain: String) throws -> Document
  {
    let elements = try messages.elements
    guard !elements.isEmpty else { throw messages.error(found: "no messages", expected: "at least one") }
    let segments = try elements.flatMap { message in
      let isShareGPT = try message.optional("from") != nil
      let speaker = try message.required(isShareGPT ? "from" : "role")
      let text = try content(of: message, key: isShareGPT ? "value" : "content")
      return template.rendered(text, role: try role(speaker))
    }
    return Document(segments: segments, domain: domain)
  }

  static func role(_ speaker: JSONNode) throws -> Document.Role {
    switch try speaker.string {
    case "system", "developer": .system
    case "user", "human": .user
    case "assistant", "gpt", "chatgpt", "bing", "bard", "model": .assistant
    case "tool", "function", "observation": .tool
    default:
      throw speaker.error(
        found: speaker.value.kindName, expected: "'system', 'user', 'assistant', 'tool', 'human' or 'gpt'")
    }
  }

  /// The text of a message: a string, or a list of text parts.
  private static func content(of message: JSONNode, key: String) throws -> String {
    if try message.optional("tool_calls") != nil, try message.optional(key) == nil {
      throw message.error(
        found: "a tool call without text", expected: "a message with text",
        remedy: "Tool calls can only be written by the model's own chat template; render them to 'text' first"
      )
    }
    let content = try message.required(key)
    guard case .array = content.value else { return try content.string }
    return try content.elements.map { part in
      let type = try part.required("type")
      guard try type.string == "text" else {
        throw type.error(found: type.value.kindName, expected: "text parts alone")
      }
      return try part.required("text").string
    }.joined()
  }
}
