package import DraftData

/// What a server is given to go on from, in its form and in the corpus's.
package struct ServedPrompt: Sendable, Equatable {
  /// As the server is asked.
  package var content: GenerationQuery.Prompt
  /// As the corpus keeps it: what the server's model should have read.
  package var tokens: [Int32]
  package var domain: String
  package var temperature: Double

  package init(content: GenerationQuery.Prompt, tokens: [Int32], domain: String, temperature: Double) {
    (self.content, self.tokens) = (content, tokens)
    (self.domain, self.temperature) = (domain, temperature)
  }

  /// Ids as the text that a server cuts into the same ids again.
  ///
  /// The begin token is left to the server where its tokenizer adds one by itself, else it stands in the text. Ids that
  /// were cut off somewhere may not be what a tokenizer makes of their text, or end inside a character: then the text's
  /// own ids, without what is no character, take their place.
  package static func text(
    of ids: [Int32], _ tokenizer: any Tokenizer
  ) -> (content: GenerationQuery.Prompt, tokens: [Int32]) {
    let begin = tokenizer.beginOfText.flatMap { ids.first == $0 ? $0 : nil }
    var bytes = tokenizer.decodeBytes(
      Array(ids.dropFirst(begin == nil ? 0 : 1)), skippingSpecialTokens: false)
    bytes.removeLast(UTF8Text.unfinishedCount(bytes))
    let text = String(decoding: bytes, as: UTF8.self)
    let tokens = (begin.map { [$0] } ?? []) + tokenizer.encode(text, addSpecialTokens: false)
    guard let begin, tokenizer.openingTokens.first != begin else {
      return (.text(text), tokens)
    }
    return (.text((tokenizer.token(begin) ?? "") + text), tokens)
  }

  /// A conversation as its template renders it up to where the assistant begins to write.
  package static func messages(
    of conversation: ChatConversation, _ chat: ChatEncoder
  ) throws -> (content: GenerationQuery.Prompt, tokens: [Int32]) {
    (.messages(conversation), try chat.prompt(conversation))
  }
}
