package import DraftData
internal import FileSystem

/// Makes a corpus's documents of a server's log.
package struct LoggedTexts {
  private let log: ServerLog
  private let tokenizer: any Tokenizer
  private let chat: () throws -> ChatEncoder
  private let vocabularySize: Int

  /// - Parameters:
  ///   - chat: the target's chat template, asked for once, by the first conversation; throws where it has none.
  ///   - vocabularySize: of the target, whose ids are below it.
  package init(
    _ log: ServerLog, _ tokenizer: any Tokenizer, vocabularySize: Int,
    chat: @escaping () throws -> ChatEncoder
  ) {
    (self.log, self.tokenizer, self.chat) = (log, tokenizer, chat)
    self.vocabularySize = vocabularySize
  }

  /// Hands on a document for each answer that is not left out; answers are numbered from 0.
  ///
  /// - Throws: `InputError` naming file, line and key of what is wrong; whatever `append` throws.
  package func forEach(_ texts: inout ServedTexts, append: (CorpusDocument) throws -> Void) throws {
    var number = 0
    var encoder: ChatEncoder?
    try log.forEach { entry in
      let prompt = try ids(entry, &encoder)
      for var answer in entry.answers {
        // Nobody says whether the model ended the text or a string of the request did: then it has no end.
        if entry.request.hasStops, answer.ending == .stop, answer.stopToken == nil { answer.ending = .cut }
        let document = try texts.document(
          answer, prompt: prompt, domain: entry.domain, temperature: entry.request.temperature,
          source: number,
          at: entry.node)
        number += 1
        if let document { try append(document) }
      }
    }
  }

  private func ids(_ entry: ServerLog.Entry, _ encoder: inout ChatEncoder?) throws -> [Int32] {
    let ids: [Int32]
    switch entry.request.prompt {
    case .text(let text):
      // As a server reads it: with what the tokenizer adds by itself.
      ids = tokenizer.encodePrompt(text)
    case .tokens(let given):
      for id in given where Int(id) >= vocabularySize {
        throw entry.node.error(
          found: "the token id \(id) in the prompt", expected: "ids below \(vocabularySize)")
      }
      ids = given
    case .messages(let conversation):
      let chat = try encoder ?? chat()
      encoder = chat
      ids = try chat.prompt(conversation)
    }
    guard !ids.isEmpty else { throw entry.node.error(found: "an empty prompt", expected: "text") }
    return ids
  }
}
