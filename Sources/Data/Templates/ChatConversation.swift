internal import FileSystem

/// What a chat template turns into text: messages, and what stands beside them.
package struct ChatConversation: Sendable, Equatable {
  /// Objects with `role` and, mostly, `content`.
  package var messages: [JSONValue]
  /// Descriptions of the functions that the assistant may call.
  package var tools: [JSONValue]?
  /// Texts that the assistant may quote.
  package var documents: [JSONValue]?

  package init(messages: [JSONValue], tools: [JSONValue]? = nil, documents: [JSONValue]? = nil) {
    self.messages = messages
    self.tools = tools
    self.documents = documents
  }

  /// The places of the messages that the assistant wrote.
  package var assistantIndices: [Int] {
    messages.indices.filter { messages[$0]["role"]?.stringValue == "assistant" }
  }

  /// The first `count` messages, with everything beside them.
  func prefix(_ count: Int) -> ChatConversation {
    ChatConversation(messages: Array(messages.prefix(count)), tools: tools, documents: documents)
  }

  /// The messages as transformers hands them on: members that are null are dropped, and reasoning stands under each
  /// of its names.
  ///
  /// Throws `InputError` for an empty conversation and for what is no object.
  func prepared() throws -> [JSONValue] {
    guard !messages.isEmpty else {
      throw InputError(
        .badData, key: "messages", found: "an empty conversation", expected: "at least one message")
    }
    return try messages.enumerated().map { index, message in
      guard case .object(let object) = message else {
        throw InputError(
          .badData, key: "messages[\(index)]", found: message.kindName,
          expected: "an object with role and content")
      }
      var kept = JSONObject()
      for member in object.members where member.value != .null { kept[member.key] = member.value }
      return .object(Self.named(kept))
    }
  }

  private static func named(_ message: JSONObject) -> JSONObject {
    let names = ["reasoning_content", "thinking", "reasoning"]
    guard let reasoning = names.lazy.compactMap({ message[$0] }).first else { return message }
    var result = JSONObject()
    result["thinking"] = reasoning
    for member in message.members { result[member.key] = member.value }
    result["reasoning_content"] = reasoning
    return result
  }
}
