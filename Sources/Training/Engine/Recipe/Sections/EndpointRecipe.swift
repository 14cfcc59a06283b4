// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

/// A server that writes in the target's place.
public struct EndpointRecipe: RecipeSection {
  public static let documentation =
    "A server with OpenAI's API (vLLM, SGLang, llama.cpp and others) that runs the target and writes in its place."

  /// How the server is asked.
  public enum API: String, RecipeChoice {
    case completions, chat

    public var documentation: String {
      switch self {
      case .completions: "/completions: a text is gone on with"
      case .chat: "/chat/completions: a conversation is answered; needs data with template: chat"
      }
    }
  }

  /// How a prompt travels.
  public enum PromptForm: String, RecipeChoice {
    case text, tokens

    public var documentation: String {
      switch self {
      case .text: "as text; the server cuts it and puts its own begin token before it"
      case .tokens: "as ids, which vLLM and SGLang take; llama-cpp-python does not"
      }
    }
  }

  /// What happens to a text whose tokens are not certain.
  public enum Misaligned: String, RecipeChoice {
    case keep, drop

    public var documentation: String {
      switch self {
      case .keep: "it stays, cut by our tokenizer, without the teacher's logits"
      case .drop: "it is left out"
      }
    }
  }

  public var url = ""
  public var model = ""
  public var api = API.completions
  public var keyVariable: String?
  public var prompt = PromptForm.text
  public var misaligned = Misaligned.keep
  public var endToken: String?
  public var sendSeed = true
  public var parameters = RecipeTable<String>()
  public var concurrency = 16
  public var timeoutSeconds = 600.0
  public var retries = 8

  /// Required fields are empty.
  public init() {}

  public static var fields: [RecipeField<EndpointRecipe>] {
    [
      .init("url", \.url, "Where the API begins, as http://localhost:8000/v1.", required: true),
      .init("model", \.model, "The name by which the server knows the target.", required: true),
      .init("api", \.api, "How the server is asked."),
      .init(
        "key_variable", \.keyVariable,
        "Name of the environment variable that holds the server's key, which is written nowhere; unset: no key is sent.",
        neutral: true),
      .init("prompt", \.prompt, "How a prompt travels to /completions."),
      .init(
        "misaligned", \.misaligned,
        "What happens to a text whose tokens cannot be told for certain from the server's answer; they are counted."
      ),
      .init(
        "end_token", \.endToken,
        "Spelling of the token that ends a text whose server does not say it; unset: the tokenizer's end of text."
      ),
      .init("send_seed", \.sendSeed, "Whether each text's own seed is sent along."),
      .init(
        "parameters", \.parameters,
        "What else each request holds, as {top_k: -1, repeat_penalty: 1}: servers have defaults of their own."
      ),
      .init(
        "concurrency", \.concurrency, "Requests in flight at most.", in: .between(1, 4096), unit: "requests",
        neutral: true),
      .init(
        "timeout_s", \.timeoutSeconds, "From sending a request to its whole answer.", in: .between(1, 86_400),
        unit: "seconds", neutral: true),
      .init(
        "retries", \.retries,
        "Further attempts for a text after status 429 or 5xx, a broken connection or no answer in time, after longer and longer waits.",
        in: .between(0, 1000), unit: "attempts", neutral: true),
    ]
  }
}
