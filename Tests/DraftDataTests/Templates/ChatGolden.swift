import DraftData
import FileSystem
import TestSupport

/// What transformers renders, made by `Tests/Golden/chat_golden.py`.
struct ChatGolden {
  struct Text {
    let template: String
    let talk: String
    let prompt: Bool
    let hasTools: Bool
    let variables: JSONObject
    /// Nil when the template refuses the conversation.
    let text: String?
  }

  struct Mask {
    let template: String
    let talk: String
    let hasTools: Bool
    let tokens: [Int32]
    let inLoss: [Bool]
  }

  let texts: [Text]
  let continued: [(template: String, talk: String, text: String?)]
  let masks: [Mask]
  let tokenizer: any Tokenizer
  private let node: JSONNode

  /// The clock of the script.
  static let clock = TemplateClock(year: 2024, month: 7, day: 26, hour: 9, minute: 5, second: 3)
  private static let tokens = [("bos_token", "<|begin|>"), ("eos_token", "<|stop|>")]

  init() throws {
    let path = repositoryRoot + "/Tests/Golden/chat_golden.json"
    node = try JSONNode.parse(try File.readAll(path, limit: 1 << 24), file: path)
    tokenizer = try TokenizerFixture.load(try node.required("tokenizer").value)
    texts = try node.required("texts").elements.map { row in
      let parts = try row.elements
      return Text(
        template: try parts[0].string, talk: try parts[1].string, prompt: try parts[2].bool,
        hasTools: try parts[3].bool, variables: try parts[4].object, text: parts[5].value.stringValue)
    }
    continued = try node.required("continued").elements.map { row in
      let parts = try row.elements
      return (try parts[0].string, try parts[1].string, parts[2].value.stringValue)
    }
    masks = try node.required("masks").elements.map { row in
      let parts = try row.elements
      return Mask(
        template: try parts[0].string, talk: try parts[1].string, hasTools: try parts[2].bool,
        tokens: try parts[3].elements.map { Int32(try $0.int) }, inLoss: try parts[4].string.map { $0 == "1" }
      )
    }
  }

  /// A template by name, with or without its `{% generation %}`.
  func template(_ name: String, marked: Bool = false) throws -> ChatTemplate {
    let sources = try node.required("templates").required(name).elements
    return try ChatTemplate(
      source: try sources[marked ? 1 : 0].string, specialTokens: Self.tokens.map { ($0.0, $0.1) }, file: name)
  }

  func conversation(_ talk: String, hasTools: Bool = false) throws -> ChatConversation {
    let messages = try node.required("conversations").required(talk).elements.map(\.value)
    return ChatConversation(messages: messages, tools: hasTools ? [try node.required("tool").value] : nil)
  }
}
