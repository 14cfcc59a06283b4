internal import DraftData
internal import FileSystem

/// The documents of a recipe's data sources, each divided into what training sees and what it never sees.
struct RunDocuments {
  private let recipe: Recipe
  private let tokenizer: () throws -> any Tokenizer

  /// - Parameter tokenizer: asked for when a source is rendered by the model's chat template.
  init(_ recipe: Recipe, tokenizer: @escaping () throws -> any Tokenizer) {
    self.recipe = recipe
    self.tokenizer = tokenizer
  }

  /// Both sides of a source.
  ///
  /// - Throws: `InputError` naming file, line and key of what cannot be read.
  func split(_ name: String) throws -> (training: [Document], heldOut: [Document]) {
    guard let source = recipe.data[name] else {
      throw InputError(.usage, key: "data.\(name)", found: "there is no such source")
    }
    let documents: [Document]
    switch source {
    case .synthetic(let it): documents = synthetic(it)
    case .file(let it): documents = try file(it)
    case .corpus, .features: return ([], [])
    }
    guard source.holdout > 0 else { return (documents, []) }
    return try HeldOutSplit(fraction: source.holdout).split(documents)
  }

  private func synthetic(_ source: SyntheticRecipe) -> [Document] {
    let domain: SyntheticSource.Domain =
      switch source.domain {
      case .stories: .stories
      case .math: .math
      case .code: .code
      }
    let generator = SyntheticSource(seed: UInt64(recipe.seed), domain: domain)
    return (0..<source.count).map { generator.document(at: $0) }
  }

  private func file(_ source: FileSourceRecipe) throws -> [Document] {
    var file = try source.documentFile()
    if source.usesChatTemplate { file.chat = try chatEncoder(variables: source.chatVariables) }
    return try file.documents()
  }

  /// The model's own chat template. Throws `InputError` when it has none.
  func chatEncoder(variables: JSONObject = JSONObject()) throws -> ChatEncoder {
    let own = recipe.tokenizer.from ?? "target"
    let path = own == "target" ? recipe.target?.path ?? own : own
    return ChatEncoder(
      template: try FileSourceRecipe.chatTemplate(of: path), tokenizer: try tokenizer(), variables: variables)
  }
}

extension FileSourceRecipe {
  /// What `template` says for the model's own.
  static let chat = "chat"

  /// Whether conversations are rendered by the model's own chat template.
  var usesChatTemplate: Bool { template == Self.chat }

  /// What the chat template is told beside the messages.
  var chatVariables: JSONObject {
    var variables = JSONObject()
    for entry in templateVariables.entries { variables[entry.name] = JSONValue(setting: entry.value) }
    return variables
  }

  /// The chat template of a model.
  ///
  /// Throws `InputError` when it has none.
  static func chatTemplate(of path: String) throws -> ChatTemplate {
    if let template = try ChatTemplate.load(path: path) { return template }
    throw InputError(
      .missing, file: path, key: "template", found: "a model without a chat template",
      expected: "chat_template.jinja, or chat_template in tokenizer_config.json",
      remedy: "Write the template out, as \"Question: {prompt}\\nAnswer: {response}\"")
  }

  /// The file with all settings but the chat template. Throws `InputError` for a template without its placeholders.
  func documentFile() throws -> DocumentFile {
    var file = DocumentFile(path, domain: domain)
    file.format =
      switch format {
      case .auto: .automatic
      case .text: .text
      case .json: .jsonArray
      case .jsonl: .jsonLines
      }
    file.mapping = mapping
    if let template, !usesChatTemplate { file.template = try PromptTemplate(turn: template) }
    file.textSplit = separator.map { .separator($0) } ?? .blankLines
    return file
  }

  /// Which fields make a document.
  var mapping: RecordMapping {
    switch layout {
    case .auto:
      if let prompt = fields.prompt, let response = fields.response {
        return .promptAndResponse(prompt: prompt, response: response, input: fields.input)
      }
      if let text = fields.text { return .text(field: text) }
      return .automatic
    case .text: return .text(field: fields.text ?? "text")
    case .promptResponse:
      return .promptAndResponse(
        prompt: fields.prompt ?? "prompt", response: fields.response ?? "response", input: fields.input)
    case .messages: return .messages(field: fields.messages ?? "messages")
    case .shareGPT: return .conversations(field: fields.messages ?? "conversations")
    }
  }
}
