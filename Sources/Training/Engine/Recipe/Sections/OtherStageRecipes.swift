// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

internal import Evaluation

/// The target writes a corpus.
public struct GenerateStageRecipe: RecipeSection {
  public static let documentation =
    "The target writes a corpus for later stages, which name it in their mixture."

  public var name = ""
  public var prompts = RecipeTable<Double>()
  public var magpie = 0.0
  public var promptTokens = 24
  public var tokens = 0
  public var temperatures = [0, 0.6, 0.8, 1.0]
  public var topP = 1.0
  public var maxNewTokens = 256
  public var batchSize = 64
  public var topKLogits = 0
  public var endpoint: EndpointRecipe?

  /// Required fields are empty.
  public init() {}

  public static var fields: [RecipeField<GenerateStageRecipe>] {
    [
      StageRecipe.nameField(\.name),
      .init("tokens", \.tokens, "Tokens to write.", in: .between(1, 1e12), unit: "tokens", required: true),
      .init(
        "prompts", \.prompts, "Data sources whose documents begin the texts, with their shares.",
        in: .positive),
      .init(
        "magpie", \.magpie,
        "Share of texts begun from nothing but the start of a turn, which the target fills itself (Magpie).",
        in: .unit),
      .init(
        "prompt_tokens", \.promptTokens, "Tokens taken from a document that has no prompt of its own.",
        in: .between(1, 1e6), unit: "tokens"),
      .init("temperatures", \.temperatures, "Taken in turn; 0 is greedy.", in: .between(0, 100)),
      .init("top_p", \.topP, "Nucleus: smallest set of tokens with this probability.", in: .fraction),
      .init("max_new_tokens", \.maxNewTokens, "Longest text.", in: .between(1, 1e6), unit: "tokens"),
      .init("batch_size", \.batchSize, "Texts written together.", in: .between(1, 65_536), unit: "texts"),
      .init(
        "top_k_logits", \.topKLogits, "Target logits stored for each token, for teacher: stored; 0: none.",
        in: .between(0, 65_536)),
      .init(
        "endpoint", \.endpoint, "A server that writes in the target's place; unset: the target writes here."),
    ]
  }
}

/// Draft-and-verify with the target.
public struct EvaluateStageRecipe: RecipeSection, DraftShapeRecipe {
  public static let documentation =
    "Drafts and verifies with the target, and reports acceptance and speed-up."

  public var name = ""
  public var prompts: [String] = []
  public var draftLength = 4
  public var stop: StopRecipe?
  public var tree: TreeRecipe?
  public var temperature = 0.0
  public var count = 64
  public var promptTokens = 24
  public var newTokens = 160
  public var floor = 0
  public var draftVocabulary: DraftVocabularyRecipe?

  /// The protocol of the published numbers.
  public init() {}

  public static var fields: [RecipeField<EvaluateStageRecipe>] {
    [
      StageRecipe.nameField(\.name),
      .init("prompts", \.prompts, "Names of prompt sets; empty: all."),
      .init("draft_length", \.draftLength, "Tokens drafted in a cycle.", in: .between(1, 64), unit: "tokens"),
      .init("stop", \.stop, "Ends a chain of up to draft_length tokens early; unset: never."),
      .init("tree", \.tree, "Drafts a tree in place of a chain of draft_length tokens; unset: a chain."),
      .init("temperature", \.temperature, "Of drafting and verifying; 0 is greedy.", in: .between(0, 100)),
      .init("count", \.count, "Prompts of each set at most.", in: .between(1, 1e6), unit: "prompts"),
      .init(
        "prompt_tokens", \.promptTokens, "First tokens of a prompt.", in: .between(1, 1e6), unit: "tokens"),
      .init("new_tokens", \.newTokens, "Tokens written after each.", in: .between(1, 1e6), unit: "tokens"),
      .init(
        "floor", \.floor,
        "Order n of an n-gram model that is measured beside the drafter, on the same prompts, after counting what "
          + "the training stage before learnt; 0: none.",
        in: .between(0, Double(NGramFloor.orders.upperBound))),
      .init("draft_vocabulary", \.draftVocabulary, "Measures the drafter with a smaller head; unset: whole."),
    ]
  }
}

/// Files for an inference engine.
public struct ExportStageRecipe: RecipeSection {
  public static let documentation = "Writes the trained model for an inference engine, into the run folder."

  /// A kind of file.
  public enum Format: String, RecipeChoice {
    case engine
    case huggingFace = "hf"
    case gguf
    case eagle
    case eagleVLLM = "eagle-vllm"
    case eagle3
    case speculators
    case medusa
    case acceptanceHead = "acceptance-head"

    public var documentation: String {
      switch self {
      case .engine: "one HDF5 file, see docs/engine-format.md"
      case .huggingFace: "a Hugging Face folder"
      case .gguf: "a GGUF file for llama.cpp, of a language model or an eagle3 drafter"
      case .eagle: "a folder for SGLang and EAGLE's own code, of an eagle drafter"
      case .eagleVLLM: "the same for vLLM"
      case .eagle3: "a folder for SGLang and vLLM, of an eagle3 drafter"
      case .speculators: "a folder for the speculators package and vLLM, of an eagle3 drafter"
      case .medusa: "a folder for the Medusa repository, of medusa heads"
      case .acceptanceHead: "a folder with an acceptance head alone, beside the drafter's own export"
      }
    }
  }

  /// How a weight is stored.
  public enum ElementType: String, RecipeChoice {
    case float32 = "f32"
    case float16 = "f16"
    case bfloat16 = "bf16"
    case q8_0

    public var documentation: String {
      switch self {
      case .float32: "four bytes, exact"
      case .float16: "two bytes, eleven bits of precision"
      case .bfloat16: "two bytes, eight bits of precision, the range of f32"
      case .q8_0: "one byte, and a scale for 32 weights; in GGUF files only"
      }
    }
  }

  public var name = ""
  public var formats = [Format.engine]
  public var elementType = ElementType.float32
  public var draftVocabulary: DraftVocabularyRecipe?

  /// One engine file.
  public init() {}

  public static var fields: [RecipeField<ExportStageRecipe>] {
    [
      StageRecipe.nameField(\.name),
      .init("formats", \.formats, "Which files."),
      .init("dtype", \.elementType, "How a weight is stored."),
      .init(
        "draft_vocabulary", \.draftVocabulary,
        "Exports the drafter with a smaller head, as an engine file; unset: whole."),
    ]
  }
}
