import DraftData
import FileSystem
import TestSupport
import Testing
import Training

/// A target that learns to converse: marks of roles, a second question field, and the template in its export.
@Suite struct ChatTargetTests {
  private static let template = "{{ bos_token }}{% for m in messages %}<|{{ m.role }}|>{% endfor %}"

  private static func recipe(_ file: String) -> String {
    """
    name: chat
    tokenizer:
      train: {vocabulary: 280, special_tokens: ["<|user|>", "<|assistant|>"], chat_template: "\(template)"}
    model: {hidden: 16, layers: 1, heads: 2, ffn: 32, max_positions: 64}
    data:
      chat:
        kind: file
        path: "\(file)"
        layout: prompt_response
        fields: {prompt: instruction, input: instances.0.input, response: instances.0.output}
        template: "<|user|>{prompt}<|end|><|assistant|>{response}"
    stages:
      - {name: train, kind: pretrain, steps: 1, sequence_length: 48, batch_size: 1, mixture: {chat: 1}}
      - {name: export, kind: export, formats: [hf]}
    """
  }

  @Test func marksAreTokensAndTheTemplateTravels() throws {
    let temporary = try TemporaryFolder()
    let record =
      #"{"instruction": "Add them.", "instances": [{"input": "2 and 3", "output": "5, of course."}]}"#
    let file = temporary.file("chat.jsonl")
    try DurableFile.write(Array([String](repeating: record, count: 8).joined(separator: "\n").utf8), to: file)
    let folder = try finishedRun(Self.recipe(file), in: temporary.file("run"))

    let exported = Path.joined(folder.exports, "export/chat-hf")
    let tokenizer = try TokenizerLoader.load(path: exported)
    let ids = tokenizer.encode("<|user|>x<|end|><|assistant|>", addSpecialTokens: false)
    #expect(ids.compactMap { tokenizer.token($0) } == ["<|user|>", "x", "<|end|>", "<|assistant|>"])

    let configuration = Path.joined(exported, "tokenizer_config.json")
    let written = try JSONNode.parse(try File.readAll(configuration, limit: 1 << 20), file: configuration)
    #expect(try written.required("chat_template").string == Self.template)

    let documents = try DocumentFile(
      file, domain: "chat",
      mapping: .promptAndResponse(
        prompt: "instruction", response: "instances.0.output", input: "instances.0.input")
    ).documents()
    #expect(documents[0].prompt.contains("Add them.\n2 and 3"))
  }
}
