internal import DraftData
internal import FileSystem

extension TokenizerFiles {
  /// The chat template: the one that stands alone, else that of `tokenizer_config.json`, of several the one called
  /// `default`; nil where there is none.
  ///
  /// - Throws: `InputError` for a `tokenizer_config.json` that is malformed.
  package func anyChatTemplate() throws -> String? {
    if let chatTemplate { return chatTemplate }
    guard let configuration else { return nil }
    let root = try JSONNode.parse(configuration, file: "tokenizer_config.json")
    guard let template = try root.optional("chat_template") else { return nil }
    guard case .array = template.value else { return try template.string }
    for named in try template.elements where try named.required("name").string == "default" {
      return try named.required("template").string
    }
    return nil
  }
}
