internal import DraftData
internal import FileSystem

/// The documents of a recipe's data sources, each divided into what training sees and what it never sees.
struct RunDocuments {
  private let recipe: Recipe

  init(_ recipe: Recipe) { self.recipe = recipe }

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
    case .corpus: return ([], [])
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
    var file = DocumentFile(source.path, domain: source.domain)
    file.format =
      switch source.format {
      case .auto: .automatic
      case .text: .text
      case .json: .jsonArray
      case .jsonl: .jsonLines
      }
    file.mapping = source.mapping
    if let template = source.template { file.template = try PromptTemplate(turn: template) }
    if let separator = source.separator {
      file.textSplit = .separator(separator)
    } else {
      file.textSplit = .blankLines
    }
    return try file.documents()
  }
}

extension FileSourceRecipe {
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
