internal import FileSystem

extension ChatTemplate {
  private static let sizeLimit = 1 << 26
  private static let tokenNames = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]

  /// Reads the chat template of the model at `path`: a folder, or a file in it.
  ///
  /// `chat_template.jinja`, with `additional_chat_templates/` beside it, counts before the member `chat_template` of
  /// `tokenizer_config.json`, which is a text or a list of `{name, template}`. The special tokens are those of
  /// `tokenizer_config.json`, else of `special_tokens_map.json`.
  ///
  /// - Returns: nil when there is none.
  /// - Throws: `InputError` naming file and line of what is wrong.
  package static func load(path: String) throws -> ChatTemplate? {
    let folder = Directory.kind(of: path) == .folder ? path : Path.folder(of: path)
    let configPath = Path.joined(folder, "tokenizer_config.json")
    let config = try node(configPath)
    let map = try node(Path.joined(folder, "special_tokens_map.json"))
    let tokens = try tokenNames.compactMap { name -> (name: String, text: String)? in
      let text = try config.flatMap { try content($0, name) } ?? map.flatMap { try content($0, name) }
      return text.map { (name, $0) }
    }
    if let sources = try files(folder) {
      return try ChatTemplate(
        sources, specialTokens: tokens, file: Path.joined(folder, "chat_template.jinja"))
    }
    guard let member = try config?.optional("chat_template") else { return nil }
    var sources: [(name: String, source: String)] = []
    if case .array = member.value {
      sources = try member.elements.map {
        (try $0.required("name").string, try $0.required("template").string)
      }
    } else {
      sources = [("default", try member.string)]
    }
    return try ChatTemplate(sources, specialTokens: tokens, file: configPath)
  }

  private static func files(_ folder: String) throws -> [(name: String, source: String)]? {
    let main = Path.joined(folder, "chat_template.jinja")
    guard Directory.kind(of: main) == .file else { return nil }
    var sources = [("default", try text(main))]
    let more = Path.joined(folder, "additional_chat_templates")
    guard Directory.kind(of: more) == .folder else { return sources }
    for name in try Directory.list(more).sorted() where name.hasSuffix(".jinja") {
      sources.append((String(name.dropLast(6)), try text(Path.joined(more, name))))
    }
    return sources
  }

  private static func text(_ path: String) throws -> String {
    let bytes = try File.readAll(path, limit: sizeLimit)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw InputError(.badData, file: path, found: "bytes that are not UTF-8", expected: "UTF-8 text")
    }
    return text
  }

  private static func node(_ path: String) throws -> JSONNode? {
    guard Directory.kind(of: path) == .file else { return nil }
    return try JSONNode.parse(try File.readAll(path, limit: sizeLimit), file: path)
  }

  /// A token that is written as text or as an object with `content`.
  private static func content(_ node: JSONNode, _ key: String) throws -> String? {
    guard let token = try node.optional(key) else { return nil }
    if case .object = token.value { return try token.required("content").string }
    return try token.string
  }
}
