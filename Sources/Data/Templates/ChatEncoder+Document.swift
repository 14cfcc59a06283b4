internal import FileSystem

extension ChatEncoder {
  /// A conversation as a document: its text cut where the assistant begins and ends, with ids and mask.
  ///
  /// - Throws: as ``encode(_:)``.
  package func document(_ conversation: ChatConversation, domain: String) throws -> Document {
    let chat = try encode(conversation)
    let text = Array(chat.text.utf8)
    var segments: [Document.Segment] = []
    var position = 0
    func add(_ end: Int, inLoss: Bool) {
      guard end > position else { return }
      let part = String(decoding: text[position..<end], as: UTF8.self)
      segments.append(Document.Segment(part, inLoss: inLoss, role: inLoss ? .assistant : .user))
      position = end
    }
    for span in chat.spans {
      add(span.lowerBound, inLoss: false)
      add(span.upperBound, inLoss: true)
    }
    add(text.count, inLoss: false)
    return Document(
      segments: segments, domain: domain,
      encoding: Document.Encoding(
        tokens: chat.tokens, inLoss: chat.inLoss,
        question: conversation.prefix(conversation.assistantIndices[0])))
  }
}
