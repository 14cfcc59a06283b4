internal import FileSystem

/// A final message that the model is to go on with: the text is cut right behind what it has said so far.
///
/// Source: `continue_final_message` of transformers, whose mark and trimming are kept.
struct ContinuedMessage {
  private static let mark = "CONTINUE_FINAL_MESSAGE_TAG "
  private let final: String

  /// Appends the mark to the text of the last message.
  ///
  /// Throws `InputError` when it has no text, or the template does not mention contents.
  init(_ messages: inout [JSONValue], template: String) throws {
    guard let last = messages.indices.last, case .object(var message) = messages[last],
      let content = message["content"]
    else { throw Self.error("the final message has no content to go on with", expected: "text") }
    guard PythonText.contains(template, "content") else {
      throw Self.error("a template that does not mention 'content'", expected: "one that prints it")
    }
    switch content {
    case .string(let text):
      final = text
      message["content"] = .string(text + Self.mark)
    case .array(var parts):
      guard let index = parts.lastIndex(where: { $0["text"] != nil }), case .object(var part) = parts[index],
        let text = part["text"]?.stringValue
      else { throw Self.error("no text in the final message", expected: "a part with text to go on with") }
      final = text
      part["text"] = .string(text + Self.mark)
      parts[index] = .object(part)
      message["content"] = .array(parts)
    default: throw Self.error(content.kindName, expected: "text to go on with")
    }
    messages[last] = .object(message)
  }

  /// The text up to the mark. Throws `InputError` when the template changed the message so that it is not found.
  func cut(_ text: String) throws -> String {
    let mark = PythonText.stripped(Self.mark)
    let bytes = Array(text.utf8)
    guard PythonText.contains(text, PythonText.stripped(final)),
      let position = PythonText.positions(of: Array(mark.utf8), in: bytes).last
    else {
      throw Self.error("the template does not print the whole final message", expected: "one that does")
    }
    let kept = String(decoding: bytes[..<position], as: UTF8.self)
    // A template that trims its messages has dropped the blank behind the mark: then the message loses its own too.
    if bytes[position...].starts(with: Self.mark.utf8) { return kept }
    return PythonText.stripped(kept, left: false)
  }

  private static func error(_ found: String, expected: String) -> InputError {
    InputError(.badData, key: "continue_final_message", found: found, expected: expected)
  }
}
