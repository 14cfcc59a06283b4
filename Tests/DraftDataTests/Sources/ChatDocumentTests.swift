import DraftData
import FileSystem
import TestSupport
import Testing

@Suite("Conversations by the model's own template")
struct ChatDocumentTests {
  private static let template = """
    {% for m in messages %}{{ '<|turn|>' + m.role + '\\n' + m.content + '<|end|>\\n' }}{% endfor %}\
    {% if add_generation_prompt %}{{ '<|turn|>assistant\\n' }}{% endif %}{{ (tools or []) | length or '' }}
    """

  private func documents(
    _ text: String, named name: String = "chat.jsonl", mapping: RecordMapping = .automatic
  ) throws -> [Document] {
    let golden = try ChatGolden()
    let folder = try TemporaryFolder()
    try DurableFile.write(Array(text.utf8), to: folder.file(name))
    var file = DocumentFile(folder.file(name), domain: "chat", mapping: mapping)
    file.chat = ChatEncoder(
      template: try ChatTemplate(source: Self.template, file: "t"), tokenizer: golden.tokenizer)
    return try withExtendedLifetime(folder) { try file.documents() }
  }

  @Test(
    "messages, ShareGPT's conversations and pairs of prompt and response become the same document",
    arguments: [
      #"{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}"#,
      #"{"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]}"#,
      #"{"prompt": "Hi", "response": "Hello"}"#,
    ])
  func layouts(line: String) throws {
    let document = try #require(try documents(line).first)
    #expect(document.text == "<|turn|>user\nHi<|end|>\n<|turn|>assistant\nHello<|end|>\n")
    #expect(document.prompt == "<|turn|>user\nHi<|end|>\n<|turn|>assistant\n")
    #expect(document.segments.map(\.inLoss) == [false, true])
  }

  @Test(
    "ids and mask are used as they are: nothing is put before or behind, and prompts end where the answer begins"
  )
  func encodes() throws {
    let golden = try ChatGolden()
    let document = try #require(try documents(#"{"prompt": "Hi", "response": "Hello"}"#).first)
    let encoding = try #require(document.encoding)
    let (tokens, inLoss) = DocumentEncoder(golden.tokenizer, scope: .responses).encode(document)
    #expect(tokens == encoding.tokens && inLoss == encoding.inLoss)
    #expect(golden.tokenizer.decode(tokens, skippingSpecialTokens: false) == document.text)
    #expect(DocumentEncoder(golden.tokenizer).encode(document).inLoss.allSatisfy { $0 })
    let prompt = try #require(PromptSet([document]).prompts.first)
    #expect(prompt.tokens == encoding.prompt)
    #expect(golden.tokenizer.decode(encoding.prompt, skippingSpecialTokens: false) == document.prompt)
  }

  @Test("tools of a record reach the template")
  func tools() throws {
    // The template of this test counts them behind the text, so that no turn is a prefix and marks are used.
    let line = #"{"prompt": "Hi", "response": "Hello", "tools": [{"name": "f"}, {"name": "g"}]}"#
    #expect(try documents(line).first?.text.hasSuffix("<|end|>\n2") == true)
  }

  @Test(
    "what cannot be rendered or masked is an error with file and line",
    arguments: [
      (
        #"{"messages": [{"role": "user", "content": "Hi"}]}"#,
        "chat.jsonl:2: t: chat_template: a conversation in which"
      ),
      (
        #"{"messages": [{"role": "user"}, {"role": "assistant", "content": "x"}]}"#,
        "chat.jsonl:2: t:1: '+' between"
      ),
      (#"{"messages": []}"#, "chat.jsonl:2: t: chat_template: a conversation in which"),
      (#"{"messages": [{"content": "x"}]}"#, "chat.jsonl:2: messages[0].role: nothing"),
    ])
  func refuses(line: String, expected: String) throws {
    let good = #"{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}"#
    let error = #expect(throws: InputError.self) { try documents(good + "\n" + line) }
    #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
  }

  @Test("running text has no conversation to render")
  func runningText() throws {
    #expect(throws: InputError.self) { try documents("Once upon a time.", named: "story.txt") }
    #expect(throws: InputError.self) { try documents(#"{"text": "Once"}"#) }
  }
}
