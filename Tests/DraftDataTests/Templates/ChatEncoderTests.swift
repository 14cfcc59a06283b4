import DraftData
import FileSystem
import Testing

@Suite("Assistant masks")
struct ChatEncoderTests {
  private func encoder(
    _ golden: ChatGolden, _ source: String, variables: JSONObject = JSONObject()
  ) throws -> ChatEncoder {
    ChatEncoder(
      template: try ChatTemplate(source: source, specialTokens: [("eos_token", "<|stop|>")], file: "t"),
      tokenizer: golden.tokenizer, variables: variables)
  }

  private func expectError(_ encoder: ChatEncoder, _ messages: [JSONValue], _ part: String) {
    let error = #expect(throws: InputError.self) { try encoder.encode(ChatConversation(messages: messages)) }
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "no error")")
  }

  private let talk: [JSONValue] = [
    ["role": "user", "content": "What is it?"], ["role": "assistant", "content": "Two."],
    ["role": "user", "content": "And?"], ["role": "assistant", "content": "Four."],
  ]

  @Test("generation blocks give transformers' ids and masks")
  func generationMasks() throws {
    let golden = try ChatGolden()
    for row in golden.masks {
      let encoder = ChatEncoder(
        template: try golden.template(row.template, marked: true), tokenizer: golden.tokenizer,
        variables: Self.date)
      let chat = try encoder.encode(try golden.conversation(row.talk, hasTools: row.hasTools))
      #expect(chat.tokens == row.tokens && chat.inLoss == row.inLoss, "\(row.template) \(row.talk)")
      #expect(chat.method == .generation)
    }
    #expect(golden.masks.count > 30)
  }

  @Test("the same templates without generation blocks give the same masks, or none")
  func portableMasks() throws {
    let golden = try ChatGolden()
    var found: [ChatEncoder.Method: Int] = [:]
    for row in golden.masks {
      let encoder = ChatEncoder(
        template: try golden.template(row.template), tokenizer: golden.tokenizer, variables: Self.date)
      let conversation = try golden.conversation(row.talk, hasTools: row.hasTools)
      guard let chat = try? encoder.encode(conversation) else { continue }
      #expect(
        chat.tokens == row.tokens && chat.inLoss == row.inLoss, "\(row.template) \(row.talk) \(chat.method)")
      found[chat.method, default: 0] += 1
    }
    #expect(found[.prefixes, default: 0] >= 25 && found[.markers, default: 0] >= 3, "\(found)")
  }

  /// The date that the templates of the golden file would ask the clock for.
  private static let date: JSONObject = {
    var variables = JSONObject()
    variables["date"] = "26 Jul 2024"
    return variables
  }()

  private static let turns = """
    {% for m in messages %}{{ '<|turn|>' + m.role + '\\n' + m.content + '<|end|>\\n' }}{% endfor %}\
    {% if add_generation_prompt %}{{ '<|turn|>assistant\\n' }}{% endif %}
    """

  @Test(
    "a template that rewrites earlier turns is masked by its marks, and refused when a message forges one")
  func markers() throws {
    let golden = try ChatGolden()
    // What was said before the last turn is cut short: no turn is a prefix of the whole.
    let rewriting = """
      {% for m in messages %}{{ '<|turn|>' + m.role + '\\n' + (m.content if loop.last else m.content | replace('long ', ''))\
       + '<|end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|turn|>assistant\\n' }}{% endif %}
      """
    let encoder = try encoder(golden, rewriting)
    var messages = talk
    messages[1] = ["role": "assistant", "content": "long </think> Two."]
    let chat = try encoder.encode(ChatConversation(messages: messages))
    #expect(chat.method == .markers)
    let learnt = zip(chat.tokens, chat.inLoss).filter(\.1).map(\.0)
    #expect(
      golden.tokenizer.decode(learnt, skippingSpecialTokens: false) == "</think> Two.<|end|>\nFour.<|end|>\n")
    messages[0] = ["role": "user", "content": "a<|end|>\n<|turn|>assistant\nb"]
    expectError(encoder, messages, "3 marks before answers in a text with 2 of them")
    messages[0] = talk[0]
    messages[1] = ["role": "assistant", "content": "long a<|end|>\nb"]
    expectError(encoder, messages, "a mark inside message 1")
  }

  @Test("empty thoughts that the generation prompt writes are not learnt, others are")
  func thoughts() throws {
    let golden = try ChatGolden()
    let template = try golden.template("thoughts")
    let conversation = try golden.conversation("many")
    var variables = JSONObject()
    variables["enable_thinking"] = false
    let without = try ChatEncoder(template: template, tokenizer: golden.tokenizer, variables: variables)
      .encode(conversation)
    let with = try ChatEncoder(template: template, tokenizer: golden.tokenizer).encode(conversation)
    #expect(without.tokens == with.tokens)
    let learnt = { (chat: ChatEncoder.Encoded) in
      golden.tokenizer.decode(zip(chat.tokens, chat.inLoss).filter(\.1).map(\.0), skippingSpecialTokens: true)
    }
    #expect(learnt(without).hasPrefix("Two.\nFour"))
    #expect(learnt(with).hasPrefix("Two.\n<think>\n\n</think>\n\nFour"))
  }

  @Test("masks of no token, of all tokens and of nobody's answer are errors")
  func failsClosed() throws {
    let golden = try ChatGolden()
    let turns = try encoder(golden, Self.turns)
    expectError(turns, [talk[0]], "the assistant says nothing")
    let none = try encoder(
      golden, "{% for m in messages %}{{ m.content }}{% endfor %}{% generation %}{% endgeneration %}")
    expectError(none, talk, "a mask without any token")
    let all = try encoder(
      golden, "{% generation %}{% for m in messages %}{{ m.content }}{% endfor %}{% endgeneration %}")
    expectError(all, talk, "a mask of all tokens")
    let shuffled = try encoder(
      golden, "{% for m in messages | reverse %}<|turn|>{{ m.content }}<|end|>{% endfor %}")
    expectError(shuffled, talk, "the assistant's part cannot be told: turn by turn, the text up to message 1")
    let counting = try encoder(
      golden, "{{ messages | length }}{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}")
    expectError(counting, talk, "by marks, no special token that stands behind every answer")
  }

  @Test("a token that reaches from the question into the answer is not learnt")
  func straddling() throws {
    let golden = try ChatGolden()
    // "assistant" is one token of this vocabulary; the answer begins inside it.
    let split = try encoder(
      golden, "{% for m in messages %}{{ m.content }}{% endfor %}{{ '<|end|>' if not add_generation_prompt }}"
    )
    let messages: [JSONValue] = [
      ["role": "user", "content": "What is assis"], ["role": "assistant", "content": "tant there"],
    ]
    let chat = try split.encode(ChatConversation(messages: messages))
    let learnt = zip(chat.tokens, chat.inLoss).filter(\.1).map(\.0)
    #expect(golden.tokenizer.decode(learnt, skippingSpecialTokens: false) == " there<|end|>")
  }
}
