internal import FileSystem

/// A model's chat template: a conversation becomes the text that the model was trained on.
///
/// ```swift
/// let template = try ChatTemplate.load(path: "Qwen2.5-0.5B-Instruct")
/// let text = try template.render(conversation, .init(addsGenerationPrompt: true)).text
/// ```
///
/// The text is byte for byte that of transformers' `apply_chat_template(tokenize=False)`.
package struct ChatTemplate: Sendable {
  /// How a conversation is rendered.
  package struct Options: Sendable, Equatable {
    /// Whether the text ends where the assistant would begin to write.
    package var addsGenerationPrompt = false
    /// Whether the text ends inside the last message, which the model is to go on with.
    package var continuesFinalMessage = false
    /// What else the template may mention: `enable_thinking`, say. They count before the special tokens.
    package var variables = JSONObject()
    /// The time for `strftime_now`. Without it the function is undefined and templates take a date of their own, so
    /// that the same data gives the same text every day.
    package var clock: TemplateClock?

    package init(
      addsGenerationPrompt: Bool = false, continuesFinalMessage: Bool = false,
      variables: JSONObject = JSONObject(),
      clock: TemplateClock? = nil
    ) {
      self.addsGenerationPrompt = addsGenerationPrompt
      self.continuesFinalMessage = continuesFinalMessage
      self.variables = variables
      self.clock = clock
    }
  }

  /// A template with its source.
  private struct Named: Sendable {
    let source: String
    let template: JinjaTemplate
  }

  private let templates: [String: Named]
  /// What the model calls its special tokens: `eos_token` and others, by their spelling.
  package let specialTokens: [(name: String, text: String)]
  /// Where it was read from.
  package let file: String?

  /// Parses templates by name; `default` is for all conversations, `tool_use`, where there is one, for those with
  /// tools.
  ///
  /// - Throws: `InputError` with the line of what is wrong in a template, or when there is none for all conversations.
  package init(
    _ sources: [(name: String, source: String)], specialTokens: [(name: String, text: String)] = [],
    file: String? = nil
  ) throws {
    var templates: [String: Named] = [:]
    for (name, source) in sources {
      templates[name] = Named(source: source, template: try JinjaTemplate(source, file: file))
    }
    guard templates["default"] != nil || (templates.count == 1 && templates["tool_use"] != nil) else {
      let names = sources.map { "'\($0.name)'" }.joined(separator: ", ")
      throw InputError(
        .badData, file: file, key: "chat_template",
        found: names.isEmpty ? "no template" : "the templates \(names)",
        expected: "one named 'default'")
    }
    self.templates = templates
    self.specialTokens = specialTokens
    self.file = file
  }

  /// A single template.
  ///
  /// - Throws: as ``init(_:specialTokens:file:)``.
  package init(
    source: String, specialTokens: [(name: String, text: String)] = [], file: String? = nil
  ) throws {
    try self.init([("default", source)], specialTokens: specialTokens, file: file)
  }

  /// The text of a special token, such as `eos_token`.
  package func specialToken(_ name: String) -> String? { specialTokens.first { $0.name == name }?.text }

  /// Renders a conversation.
  ///
  /// - Throws: `InputError`: what the template refuses, with its line; a conversation without messages; a final
  ///   message that cannot be continued.
  package func render(
    _ conversation: ChatConversation, _ options: Options = Options()
  ) throws -> JinjaTemplate.Rendering {
    guard !(options.addsGenerationPrompt && options.continuesFinalMessage) else {
      throw InputError(
        .usage, found: "a generation prompt behind a message that is to be continued",
        expected: "one of the two")
    }
    let chosen = try named(hasTools: conversation.tools != nil)
    var messages = try conversation.prepared()
    let continued =
      options.continuesFinalMessage ? try ContinuedMessage(&messages, template: chosen.source) : nil
    var variables = JSONObject()
    for token in specialTokens { variables[token.name] = .string(token.text) }
    for member in options.variables.members { variables[member.key] = member.value }
    variables["messages"] = .array(messages)
    variables["tools"] = try Self.objects(conversation.tools, key: "tools")
    variables["documents"] = try Self.objects(conversation.documents, key: "documents")
    variables["add_generation_prompt"] = .bool(options.addsGenerationPrompt)
    let rendering = try chosen.template.render(variables, clock: options.clock)
    guard let continued else { return rendering }
    return JinjaTemplate.Rendering(text: try continued.cut(rendering.text), generations: nil)
  }

  /// Whether the template that a conversation is rendered with marks what the assistant says.
  package func marksGenerations(hasTools: Bool) -> Bool {
    (try? named(hasTools: hasTools).template.marksGenerations) ?? false
  }

  private func named(hasTools: Bool) throws -> Named {
    if hasTools, let named = templates["tool_use"] { return named }
    if let named = templates["default"] { return named }
    throw InputError(
      .badData, file: file, key: "chat_template", found: "a template for conversations with tools only",
      expected: "tools beside the messages")
  }

  private static func objects(_ values: [JSONValue]?, key: String) throws -> JSONValue {
    guard let values else { return .null }
    for (index, value) in values.enumerated() {
      guard case .object = value else {
        throw InputError(.badData, key: "\(key)[\(index)]", found: value.kindName, expected: "an object")
      }
    }
    return .array(values)
  }
}
