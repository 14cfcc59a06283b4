import DraftData
import FileSystem
import TestSupport
import Testing

@Suite("Chat templates")
struct ChatTemplateTests {
  @Test("conversations become the text that transformers makes of them, or are refused as there")
  func rendersAsTransformers() throws {
    let golden = try ChatGolden()
    for row in golden.texts {
      let template = try golden.template(row.template)
      let conversation = try golden.conversation(row.talk, hasTools: row.hasTools)
      let options = ChatTemplate.Options(
        addsGenerationPrompt: row.prompt, variables: row.variables, clock: ChatGolden.clock)
      guard let expected = row.text else {
        #expect(throws: InputError.self, "\(row.template) \(row.talk)") {
          try template.render(conversation, options)
        }
        continue
      }
      let text = try template.render(conversation, options).text
      #expect(Array(text.utf8) == Array(expected.utf8), "\(row.template) \(row.talk)")
    }
    #expect(golden.texts.count > 150)
  }

  @Test("a final message is continued where transformers continues it")
  func continues() throws {
    let golden = try ChatGolden()
    for (name, talk, expected) in golden.continued {
      let template = try golden.template(name)
      let options = ChatTemplate.Options(continuesFinalMessage: true, clock: ChatGolden.clock)
      let text = try? template.render(try golden.conversation(talk), options).text
      #expect(text.map { Array($0.utf8) } == expected.map { Array($0.utf8) }, "\(name) \(talk)")
    }
    #expect(golden.continued.count { $0.text != nil } > 20)
  }

  @Test("the template of a folder is read with its special tokens; chat_template.jinja wins")
  func loads() throws {
    let folder = try TemporaryFolder()
    let path = folder.path
    #expect(try ChatTemplate.load(path: path) == nil)
    let config = """
      {"bos_token": {"content": "<s>"}, "eos_token": "</s>", "pad_token": null,
       "chat_template": "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{{ pad_token is defined }}"}
      """
    try DurableFile.write(Array(config.utf8), to: path + "/tokenizer_config.json")
    let conversation = ChatConversation(messages: [["role": "user", "content": "Hi"]])
    let first = try #require(try ChatTemplate.load(path: path))
    #expect(try first.render(conversation).text == "<s>Hi</s>False")
    try DurableFile.write(Array("new{{ eos_token }}\n".utf8), to: path + "/chat_template.jinja")
    let second = try #require(try ChatTemplate.load(path: path + "/tokenizer_config.json"))
    #expect(try second.render(conversation).text == "new</s>")
  }

  @Test("of several templates tool_use is for conversations with tools")
  func named() throws {
    let template = try ChatTemplate([("default", "d"), ("tool_use", "t")])
    var conversation = ChatConversation(messages: [["role": "user", "content": "Hi"]])
    #expect(try template.render(conversation).text == "d")
    conversation.tools = [["name": "f"]]
    #expect(try template.render(conversation).text == "t")
    #expect(throws: InputError.self) { try ChatTemplate([("rag", "a"), ("other", "b")]) }
  }

  @Test("what is no conversation is refused")
  func refuses() throws {
    let template = try ChatTemplate(source: "{{ messages }}")
    #expect(throws: InputError.self) { try template.render(ChatConversation(messages: [])) }
    #expect(throws: InputError.self) { try template.render(ChatConversation(messages: ["text"])) }
    let one = ChatConversation(messages: [["role": "user", "content": "Hi"]], tools: ["no object"])
    #expect(throws: InputError.self) { try template.render(one) }
    #expect(throws: InputError.self) {
      try template.render(one.withoutTools, .init(addsGenerationPrompt: true, continuesFinalMessage: true))
    }
  }

  @Test(
    "published templates and tokenizers give published ids and masks",
    .enabled(if: outsideData != nil, "needs PACER_DATA"))
  func published() throws {
    let data = try #require(outsideData)
    let folder = data + "/tokenizers/qwen2.5"
    let reference = data + "/drafters/specforge/chat_refs/qwen_standard_ref.json"
    let node = try JSONNode.parse(try File.readAll(reference, limit: 1 << 20), file: reference)
    let encoder = ChatEncoder(
      template: try #require(try ChatTemplate.load(path: folder)),
      tokenizer: try TokenizerLoader.load(path: folder))
    let chat = try encoder.encode(
      ChatConversation(messages: [
        ["role": "system", "content": "You are a helpful assistant."],
        ["role": "user", "content": "Who are you?"],
        ["role": "assistant", "content": "My name is Qwen2."],
        ["role": "user", "content": "How old are you?"],
        ["role": "assistant", "content": "11 years old."],
      ]))
    #expect(chat.method == .prefixes)
    #expect(try chat.tokens.map { Int($0) } == node.required("input_ids").elements.map { try $0.int })
    #expect(try chat.inLoss.map { $0 ? 1 : 0 } == node.required("loss_mask").elements.map { try $0.int })
  }
}

extension ChatConversation {
  fileprivate var withoutTools: ChatConversation { ChatConversation(messages: messages) }
}
