package import DraftData
internal import FileSystem

// What OpenAI's API returns, and what vLLM, SGLang, llama.cpp and llama-cpp-python add to it.

extension ServedAnswer {
  /// The choices of a response, in order.
  ///
  /// - Throws: `InputError` naming the key of what is missing or something else than it should be.
  package static func all(in response: JSONNode) throws -> [ServedAnswer] {
    let choices = try response.required("choices")
    let elements = try choices.elements
    guard !elements.isEmpty else { throw choices.error(found: "no choices", expected: "at least one") }
    let usage = try response.optional("usage")
    return try elements.map { choice in
      var answer = try ServedAnswer(choice)
      answer.promptTokenCount = try usage?.optional("prompt_tokens")?.int
      answer.promptTokenIDs = try ids(choice, "prompt_token_ids") ?? ids(response, "prompt_token_ids")
      if elements.count == 1 {
        answer.completionTokenCount = try usage?.optional("completion_tokens")?.int
      }
      return answer
    }
  }

  private init(_ choice: JSONNode) throws {
    text = try Self.text(of: choice)
    ending =
      switch try choice.required("finish_reason").string {
      case "stop", "eos", "eos_token": .stop
      case "length": .length
      case let word: .other(word)
      }
    tokens = try choice.optional("logprobs").flatMap { try Self.tokens($0) }
    tokenIDs = try Self.ids(choice, "token_ids")
    // vLLM and SGLang say what stopped a text: the id of a token, or a string of the request.
    guard let reason = try choice.optional("stop_reason") ?? choice.optional("matched_stop") else { return }
    switch reason.value {
    case .integer: stopToken = try Self.id(reason)
    case .string: if ending == .stop { ending = .cut }
    default: break
    }
  }

  /// Under `text` for a completion, in a message for a chat; a message without content (a call of a tool) says nothing.
  private static func text(of choice: JSONNode) throws -> String {
    guard let message = try choice.optional("message") else { return try choice.required("text").string }
    return try message.optional("content")?.string ?? ""
  }

  private static func tokens(_ node: JSONNode) throws -> [Token]? {
    if let content = try node.optional("content") { return try content.elements.map(token) }
    guard let tokens = try node.optional("tokens")?.elements else { return nil }
    let values = try node.optional("token_logprobs")?.elements
    let tops = try node.optional("top_logprobs")?.elements
    for list in [values, tops] {
      guard let list, list.count != tokens.count else { continue }
      throw node.error(
        found: "lists of \(tokens.count) and of \(list.count) tokens", expected: "lists of one length")
    }
    return try tokens.indices.map { index in
      Token(
        spelling(try tokens[index].string, bytes: nil),
        logProbability: try values.flatMap { try number($0[index]) },
        alternatives: try tops.map { try alternatives($0[index]) } ?? [])
    }
  }

  /// A place of a chat's list: token, bytes, logprob, top_logprobs; llama.cpp adds the id.
  private static func token(_ node: JSONNode) throws -> Token {
    Token(
      try spelling(node), logProbability: try node.optional("logprob")?.double,
      alternatives: try node.optional("top_logprobs")?.elements.map {
        (try spelling($0), try $0.required("logprob").double)
      } ?? [])
  }

  /// A completion's place: an object of token and log-probability; null at the first token of an echo.
  private static func alternatives(
    _ node: JSONNode
  ) throws -> [(spelling: Spelling, logProbability: Double)] {
    guard node.value != .null else { return [] }
    return try node.members.map { (spelling($0.key, bytes: nil), try $0.node.double) }
  }

  private static func number(_ node: JSONNode) throws -> Double? {
    node.value == .null ? nil : try node.double
  }

  private static func spelling(_ node: JSONNode) throws -> Spelling {
    var result = spelling(
      try node.required("token").string,
      bytes: try node.optional("bytes")?.elements.map { UInt8(try $0.int(in: 0...255)) })
    if let own = try node.optional("id") { result.id = try id(own) }
    return result
  }

  /// vLLM writes `token_id:123` when it is asked for ids.
  private static func spelling(_ text: String, bytes: [UInt8]?) -> Spelling {
    let mark = "token_id:"
    if text.hasPrefix(mark), let id = Int32(text.dropFirst(mark.count)), id >= 0 {
      return Spelling(id: id, text: "", bytes: nil)
    }
    return Spelling(text: text, bytes: bytes)
  }

  private static func ids(_ node: JSONNode, _ key: String) throws -> [Int32]? {
    try node.optional(key)?.elements.map(id)
  }

  private static func id(_ node: JSONNode) throws -> Int32 { Int32(try node.int(in: 0...Int(Int32.max))) }
}
