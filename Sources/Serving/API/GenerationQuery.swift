package import DraftData

/// What a server is asked to write.
package struct GenerationQuery: Sendable, Equatable {
  /// What the text begins with.
  package enum Prompt: Sendable, Equatable {
    /// The server's tokenizer cuts it, and adds what it adds before a text.
    case text(String)
    /// Ids, nothing is added.
    case tokens([Int32])
    /// A conversation, which the server's chat template renders.
    case messages(ChatConversation)
  }

  package var prompt: Prompt
  package var maximumNewTokens: Int
  package var temperature: Double
  package var topP: Double
  /// Nil where the server is not to be told one.
  package var seed: Int?
  /// k, the likeliest tokens to be told of at each place; 0 for none.
  package var entryCount: Int

  package init(
    prompt: Prompt, maximumNewTokens: Int, temperature: Double = 0, topP: Double = 1, seed: Int? = nil,
    entryCount: Int = 0
  ) {
    self.prompt = prompt
    self.maximumNewTokens = maximumNewTokens
    self.temperature = temperature
    self.topP = topP
    self.seed = seed
    self.entryCount = entryCount
  }

  /// The body of the request, JSON in UTF-8.
  package func body(model: String, _ parameters: RequestParameters) throws -> [UInt8] {
    var object = JSONObject()
    object["model"] = .string(model)
    switch prompt {
    case .text(let text): object["prompt"] = .string(text)
    case .tokens(let ids): object["prompt"] = .array(ids.map { .integer(Int($0)) })
    case .messages(let conversation):
      object["messages"] = .array(conversation.messages)
      if let tools = conversation.tools { object["tools"] = .array(tools) }
    }
    object["max_tokens"] = .integer(maximumNewTokens)
    object["temperature"] = .number(temperature)
    // Sent even where it does nothing: servers have other defaults than 1.
    object["top_p"] = .number(topP)
    if let seed { object["seed"] = .integer(seed) }
    if entryCount > 0 {
      if case .messages = prompt {
        object["logprobs"] = true
        object["top_logprobs"] = .integer(entryCount)
      } else {
        object["logprobs"] = .integer(entryCount)
      }
    }
    for member in parameters.object.members { object[member.key] = member.value }
    return try JSONValue.object(object).serializedBytes()
  }
}
