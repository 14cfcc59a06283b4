internal import FileSystem

/// Turns conversations into token ids with a mask over what the assistant says.
///
/// ```swift
/// let chat = try ChatEncoder(template: template, tokenizer: tokenizer).encode(conversation)
/// ```
///
/// The mask is never guessed: whichever way it is found is verified, and a conversation whose mask cannot be told, or
/// would hold all tokens or none, is an error.
package struct ChatEncoder: Sendable {
  /// How a mask was found.
  package enum Method: String, Sendable, CaseIterable {
    /// The template marks it: `{% generation %}`.
    case generation
    /// Rendering the conversation turn by turn: what each answer adds.
    case prefixes
    /// The marks that the template puts around answers, learnt from a conversation of our own.
    case markers
  }

  /// A conversation in tokens.
  package struct Encoded: Sendable, Equatable {
    /// The rendered text.
    package let text: String
    /// Its ids, without any that the tokenizer would add by itself.
    package let tokens: [Int32]
    /// Which tokens the assistant said, as long as `tokens`.
    package let inLoss: [Bool]
    /// What the assistant said, in bytes of the text.
    package let spans: [Range<Int>]
    /// How the mask was found.
    package let method: Method
  }

  package let template: ChatTemplate
  package let tokenizer: any Tokenizer
  /// What else the template may mention.
  package let variables: JSONObject

  package init(template: ChatTemplate, tokenizer: any Tokenizer, variables: JSONObject = JSONObject()) {
    self.template = template
    self.tokenizer = tokenizer
    self.variables = variables
  }

  /// A conversation's ids and mask.
  ///
  /// - Throws: `InputError`: the template refuses the conversation, no message is the assistant's, or the mask cannot
  ///   be told; the message says what was tried and why it failed.
  package func encode(_ conversation: ChatConversation) throws -> Encoded {
    guard !conversation.assistantIndices.isEmpty else {
      throw error(
        "a conversation in which the assistant says nothing", expected: "a message with the role 'assistant'")
    }
    let rendering = try render(conversation)
    if template.marksGenerations(hasTools: conversation.tools != nil), let spans = rendering.generations {
      return try encoded(rendering.text, spans, .generation)
    }
    let prefixTrouble: String
    do {
      return try encoded(rendering.text, try prefixSpans(conversation, rendering.text), .prefixes)
    } catch let trouble as InputError {
      prefixTrouble = trouble.found
    }
    do {
      let markers = try TurnMarkers(encoder: self)
      return try encoded(rendering.text, try markers.spans(in: rendering.text, of: conversation), .markers)
    } catch let trouble as InputError {
      throw error(
        "the assistant's part cannot be told: turn by turn, \(prefixTrouble); by marks, \(trouble.found)",
        expected: "a template whose turns can be told apart",
        remedy: "Put {% generation %} and {% endgeneration %} around what the assistant says in the template")
    }
  }

  /// The ids of a conversation up to where the assistant begins to write, without any that the tokenizer would add.
  ///
  /// - Throws: `InputError` where the template refuses the conversation.
  package func prompt(_ conversation: ChatConversation) throws -> [Int32] {
    tokenizer.encode(try render(conversation, generationPrompt: true).text, addSpecialTokens: false)
  }

  /// The text of a conversation with these settings.
  func render(_ conversation: ChatConversation, generationPrompt: Bool = false) throws
    -> JinjaTemplate.Rendering
  {
    try template.render(conversation, .init(addsGenerationPrompt: generationPrompt, variables: variables))
  }

  /// An error about the template.
  func error(_ found: String, expected: String? = nil, remedy: String? = nil) -> InputError {
    InputError(
      .badData, file: template.file, key: "chat_template", found: found, expected: expected, remedy: remedy)
  }

  private func encoded(_ text: String, _ spans: [Range<Int>], _ method: Method) throws -> Encoded {
    let tokens = tokenizer.encode(text, addSpecialTokens: false)
    let inLoss = try TokenPlaces(tokens, of: text, tokenizer).mask(
      of: spans, includesStraddlers: method == .generation)
    guard inLoss.contains(true) else {
      throw error("a mask without any token: nothing would be learnt", expected: "answers that are not empty")
    }
    guard inLoss.contains(false) else {
      throw error(
        "a mask of all tokens: what is asked would be learnt too", expected: "a question before the answer")
    }
    return Encoded(text: text, tokens: tokens, inLoss: inLoss, spans: spans, method: method)
  }
}

extension ChatEncoder {
  /// What each of the assistant's messages adds to the text.
  ///
  /// The text up to a message, with its generation prompt, must begin the whole text, and so must the text with the
  /// message; a last token that the template puts behind every conversation may be missing there.
  private func prefixSpans(_ conversation: ChatConversation, _ whole: String) throws -> [Range<Int>] {
    let full = Array(whole.utf8)
    var spans: [Range<Int>] = []
    for index in conversation.assistantIndices {
      guard index > 0 else { throw error("the conversation begins with the assistant") }
      let before = Array(try render(conversation.prefix(index), generationPrompt: true).text.utf8)
      guard full.starts(with: before) else {
        throw error("the text up to message \(index) is not how the whole text begins")
      }
      var through = Array(try render(conversation.prefix(index + 1)).text.utf8)
      if !full.starts(with: through), let end = template.specialToken("eos_token"),
        through.suffix(end.utf8.count).elementsEqual(end.utf8)
      {
        through.removeLast(end.utf8.count)
      }
      guard full.starts(with: through) else {
        throw error("the text through message \(index) is not how the whole text begins")
      }
      guard through.count >= before.count, before.count >= spans.last?.upperBound ?? 0 else {
        throw error("message \(index) adds nothing behind its generation prompt")
      }
      spans.append(before.count..<through.count)
    }
    return spans
  }
}
