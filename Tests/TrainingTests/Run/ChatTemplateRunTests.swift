import DraftData
import FileSystem
import TestSupport
import Testing
import Training

/// Conversations that a model's own chat template renders, from recipe to run.
@Suite struct ChatTemplateRunTests {
  private static let template = """
    {% for m in messages %}<|turn|>{{ m.role }}: {{ m.content }}<|end|>{% endfor %}\
    {% if add_generation_prompt %}<|turn|>assistant: {% endif %}
    """
  private static let talk =
    #"{"messages": [{"role": "user", "content": "Add 2 and 3"}, {"role": "assistant", "content": "5, of course"}]}"#

  /// A folder with a tokenizer and, with `template`, a chat template, and eight conversations in `chat.jsonl`.
  private func folder(template: String? = template) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var trainer = try BPETrainer(
      vocabularySize: 280, pattern: .llama3, specialTokens: ["<|endoftext|>", "<|turn|>", "<|end|>"])
    trainer.add(Self.talk)
    try trainer.train().save(to: folder.file("tokenizer.json"))
    if let template { try DurableFile.write(Array(template.utf8), to: folder.file("chat_template.jinja")) }
    let lines = [String](repeating: Self.talk, count: 8).joined(separator: "\n")
    try DurableFile.write(Array(lines.utf8), to: folder.file("chat.jsonl"))
    return folder
  }

  private func recipe(_ folder: borrowing TemporaryFolder) -> String {
    """
    name: chat
    tokenizer: {from: "\(folder.path)"}
    model: {hidden: 16, layers: 1, heads: 2, ffn: 32, max_positions: 64}
    data:
      chat: {kind: file, path: "\(folder.file("chat.jsonl"))", template: chat}
    stages:
      - {name: train, kind: pretrain, steps: 1, sequence_length: 48, batch_size: 1, mixture: {chat: 1}}
    """
  }

  @Test func aRunLearnsConversationsByTheModelsTemplate() throws {
    let folder = try folder()
    let run = try finishedRun(recipe(folder), in: folder.file("run"))
    #expect(run.exists)
  }

  @Test func aModelWithoutAChatTemplateIsNamed() throws {
    let folder = try folder(template: nil)
    let error = #expect(throws: InputError.self) {
      try finishedRun(recipe(folder), in: folder.file("run"))
    }
    #expect(
      error?.description.contains("a model without a chat template") == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [
    (
      "template: chat",
      "data.text.template: the model's chat template, while its tokenizer is still to be trained"
    ),
    ("template: chat, layout: text", "data.text.template: a chat template for running text"),
    ("template: chatt", "data.text.template: there is no '{prompt}'"),
    ("template: '{response} {prompt}'", "data.text.template: '{response}' stands before '{prompt}'"),
  ])
  func templatesAreCheckedBeforeTheRun(settings: String, complaint: String) {
    let found = complaints(RecipeExamples.target, ["data.text={kind: file, path: a.jsonl, \(settings)}"])
    #expect(found.contains { $0.contains(complaint) }, "\(found)")
  }

  @Test func inspectionShowsWhatIsLearntAndWhatTheFileIsMadeOf() throws {
    let folder = try folder()
    let inspection = try DataInspection(
      path: folder.file("chat.jsonl"), tokenizerPath: folder.path, settings: ["template=chat"], sample: 3)
    let text = inspection.text(isColoured: false)
    #expect(
      text.hasSuffix("\n<|turn|>user: Add 2 and 3<|end|><|turn|>assistant: ⟦5, of course<|end|>⟧"), "\(text)")
    #expect(text.contains("8 documents") && text.contains("duplicates: 7"), "\(text)")
    let coloured = inspection.text(isColoured: true)
    #expect(coloured.hasSuffix("\u{1B}[32m5, of course<|end|>\u{1B}[0m") && !coloured.contains("⟦"))
    let json = inspection.json
    #expect(json["sample"]?["index"] == 3 && json["documents"] == 8 && json["template"] == "chat")
    let learnt = try #require(json["sample"]?["learnt"]?.arrayValue)
    #expect(learnt.first == false && learnt.contains(true))
    let everything = try DataInspection(
      path: folder.file("chat.jsonl"), tokenizerPath: folder.path, settings: ["template=chat"],
      scope: .everything)
    #expect(everything.statistics.learntTokenCount == everything.statistics.tokenCount - 8)
  }

  @Test func controlCharactersOfAFileDoNotReachTheTerminal() throws {
    let folder = try folder()
    try DurableFile.write(Array("a\u{1B}[31mb\nc".utf8), to: folder.file("story.txt"))
    let text = try DataInspection(path: folder.file("story.txt"), tokenizerPath: folder.path).text(
      isColoured: false)
    #expect(text.contains("\\u{1b}[31mb\nc") && !text.contains("\u{1B}"))
  }

  @Test(arguments: [
    (["template=chta"], "template"), (["holdout=0.5"], "no setting here"),
    (["layuot=messages"], "no setting here"),
    (["layout=mesages"], "layout"),
  ])
  func settingsAreReadAsARecipeReadsThem(settings: [String], part: String) throws {
    let folder = try folder()
    do {
      _ = try DataInspection(path: folder.file("chat.jsonl"), tokenizerPath: folder.path, settings: settings)
      Issue.record("no error")
    } catch {
      #expect("\(error)".contains(part), "\(error)")
    }
  }

  @Test func aSampleBeyondTheFileIsAnError() throws {
    let folder = try folder()
    let error = #expect(throws: InputError.self) {
      try DataInspection(
        path: folder.file("chat.jsonl"), tokenizerPath: folder.path, settings: ["template=chat"], sample: 8)
    }
    #expect(error?.description.contains("expected 0 to 7") == true)
  }

  /// What a recipe tells the template beside the messages reaches it, as JSON where it is some.
  @Test func variablesReachTheTemplate() throws {
    let template = """
      {% for m in messages %}<|turn|>{{ m.role }}: {{ m.content }}{% if mood %} {{ mood }}{% endif %}\
      {% if loud is sameas true %}!{% endif %}<|end|>{% endfor %}\
      {% if add_generation_prompt %}<|turn|>assistant: {% endif %}
      """
    let folder = try folder(template: template)
    func text(_ settings: [String]) throws -> String {
      let inspection = try DataInspection(
        path: folder.file("chat.jsonl"), tokenizerPath: folder.path, settings: ["template=chat"] + settings,
        scope: .everything)
      return inspection.sample.text
    }
    let (plain, told) = (
      try text([]), try text(["template_variables.mood=gladly", "template_variables.loud=true"])
    )
    #expect(!plain.contains("gladly") && told.contains("5, of course gladly!"))
  }
}
