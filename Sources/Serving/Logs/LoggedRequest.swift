package import DraftData
internal import FileSystem

/// What somebody asked a server, as far as a corpus wants to know.
package struct LoggedRequest: Sendable, Equatable {
  package let prompt: GenerationQuery.Prompt
  /// Nil where the server took its own.
  package let temperature: Double?
  /// Whether the text may have been cut at a string, where its model would have gone on.
  package let hasStops: Bool

  /// Reads the body of a request for a completion or a chat.
  ///
  /// - Throws: `InputError` naming the key of what is missing, or of what makes the answer something else than the text
  ///   that follows the prompt.
  package init(_ body: JSONNode) throws {
    temperature = try body.optional("temperature")?.double
    hasStops = try Self.hasStops(body)
    if let temperature, temperature < 0 {
      throw try body.required("temperature").error(found: "\(temperature)", expected: "0 or more")
    }
    if let echo = try body.optional("echo"), try echo.bool {
      throw echo.error(found: "true", expected: "an answer without its prompt")
    }
    if let suffix = try body.optional("suffix") {
      throw suffix.error(found: "a text that stands behind the answer", expected: "none")
    }
    if let messages = try body.optional("messages") {
      let conversation = ChatConversation(
        messages: try messages.elements.map(\.value), tools: try body.optional("tools")?.elements.map(\.value)
      )
      _ = try messages.elements.map { try $0.required("role").string }
      prompt = .messages(conversation)
    } else {
      prompt = try Self.prompt(try body.required("prompt"))
    }
  }

  private static func hasStops(_ body: JSONNode) throws -> Bool {
    guard let stop = try body.optional("stop") else { return false }
    if case .array(let texts) = stop.value { return !texts.isEmpty }
    return true
  }

  /// A text, a list of ids, or a list of one of these.
  private static func prompt(_ node: JSONNode) throws -> GenerationQuery.Prompt {
    guard case .array = node.value else { return .text(try node.string) }
    let elements = try node.elements
    if let first = elements.first, case .integer = first.value {
      return .tokens(try elements.map { Int32(try $0.int(in: 0...Int(Int32.max))) })
    }
    guard elements.count == 1 else {
      throw node.error(found: "\(elements.count) prompts in one request", expected: "one")
    }
    return try prompt(elements[0])
  }
}
