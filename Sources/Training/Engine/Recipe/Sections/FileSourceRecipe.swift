// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

/// Documents from a file.
public struct FileSourceRecipe: RecipeSection {
  public static let documentation = "Documents from a text, JSON or JSON-lines file."

  /// How the bytes are read.
  public enum Format: String, RecipeChoice {
    case auto, text, json, jsonl

    public var documentation: String {
      switch self {
      case .auto: "by the file's ending: .jsonl, .json, anything else is text"
      case .text: "plain text, cut into documents at separator"
      case .json: "one JSON array of objects"
      case .jsonl: "one JSON object on each line"
      }
    }
  }

  /// What one JSON object holds.
  public enum Layout: String, RecipeChoice {
    case auto, text, promptResponse = "prompt_response", messages, shareGPT = "sharegpt"

    public var documentation: String {
      switch self {
      case .auto: "decided by the keys of the first object"
      case .text: "a document under the key fields.text"
      case .promptResponse: "a question under fields.prompt and its answer under fields.response"
      case .messages: "a conversation as OpenAI messages"
      case .shareGPT: "a conversation as ShareGPT writes it"
      }
    }
  }

  public var path = ""
  public var format = Format.auto
  public var layout = Layout.auto
  public var fields = FieldMapRecipe()
  public var template: String?
  public var templateVariables = RecipeTable<String>()
  public var separator: String?
  public var domain = "text"
  public var holdout = 0.0

  /// Required fields only.
  public init() {}

  public static var fields: [RecipeField<FileSourceRecipe>] {
    [
      .init("path", \.path, "The file.", required: true),
      .init("format", \.format, "How the bytes are read."),
      .init("layout", \.layout, "What one JSON object holds."),
      .init("fields", \.fields, "Names of the keys in the file, where they are not the usual ones."),
      .init(
        "template", \.template,
        "chat: the model's own chat template; else text around prompt and response, as \"Question: {prompt}\\nAnswer: {response}\"; unset: the two on lines of their own."
      ),
      .init(
        "template_variables", \.templateVariables,
        "What template: chat is told beside the messages, as {enable_thinking: false}; a value is JSON where it can be read so, else text."
      ),
      .init(
        "separator", \.separator,
        "What stands between documents of a text file; unset: empty lines."),
      .init("domain", \.domain, "Under which name results are reported."),
      .init("holdout", \.holdout, SourceRecipe.holdoutDocumentation, in: .belowOne),
    ]
  }
}

/// Names of the keys in a JSON file.
public struct FieldMapRecipe: RecipeSection {
  public static let documentation = "Names of the keys in a JSON file, where they are not the usual ones."

  public var text: String?
  public var prompt: String?
  public var response: String?
  public var input: String?
  public var messages: String?

  /// The usual names.
  public init() {}

  public static var fields: [RecipeField<FieldMapRecipe>] {
    [
      .init("text", \.text, "Key of a whole document; unset: text."),
      .init("prompt", \.prompt, "Key of the question; unset: prompt."),
      .init("response", \.response, "Key of the answer; unset: response."),
      .init("input", \.input, "Key of what follows the question on a line of its own; unset: nothing does."),
      .init("messages", \.messages, "Key of a conversation; unset: messages or conversations."),
    ]
  }
}
