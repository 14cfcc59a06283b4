// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.
public import DraftData

/// The model that verifies the drafts.
public struct TargetRecipe: RecipeSection {
  public static let documentation = "The model that verifies the drafts."

  /// How the target's matrices are kept in memory.
  public enum Storage: String, RecipeChoice {
    case float32 = "f32", bfloat16 = "bf16", int8

    public var documentation: String {
      switch self {
      case .float32: "four bytes a weight, exact"
      case .bfloat16: "two bytes, eight bits of precision; exact for a model that was published so"
      case .int8: "one byte, 255 steps for each row"
      }
    }
  }

  /// A Hugging Face folder, a GGUF file, an engine file, or `model.bin:tokenizer.bin`.
  public var path = ""
  public var storage = Storage.float32

  /// Required fields only.
  public init() {}

  public static var fields: [RecipeField<TargetRecipe>] {
    [
      .init(
        "path", \.path,
        "A Hugging Face folder, a GGUF file, an engine file, or llama2.c files as model.bin:tokenizer.bin.",
        required: true),
      .init("storage", \.storage, "How its matrices are kept in memory; sums are float32 in any case."),
    ]
  }
}

/// Text to token ids.
public struct TokenizerRecipe: RecipeSection {
  public static let documentation = "Text to token ids: taken from somewhere, or trained."

  /// `target`, or a path; nil when it is trained.
  public var from: String? = "target"
  public var train: TokenizerTrainingRecipe?

  /// The target's.
  public init() {}

  public static var fields: [RecipeField<TokenizerRecipe>] {
    [
      .init("from", \.from, "target, or the path of a tokenizer file or model folder; null when trained."),
      .init("train", \.train, "Trains a byte-level BPE tokenizer before the first stage."),
    ]
  }
}

/// A byte-level BPE tokenizer trained by the run.
public struct TokenizerTrainingRecipe: RecipeSection {
  public static let documentation = "A byte-level BPE tokenizer trained before the first stage."

  public var vocabulary = 0
  public var preTokenizer = BPETrainer.Pattern.llama3
  public var sources: [String] = []
  public var sampleBytes = 16_000_000
  public var specialTokens: [String] = []
  public var chatTemplate: String?

  /// Required fields are zero.
  public init() {}

  public static var fields: [RecipeField<TokenizerTrainingRecipe>] {
    [
      .init(
        "vocabulary", \.vocabulary, "Size of the vocabulary, special tokens included.",
        in: .between(260, 1_000_000), unit: "tokens", required: true),
      .init("pre_tokenizer", \.preTokenizer, "How text is cut before merges are learned."),
      .init("sources", \.sources, "Names of data sources to learn from; empty: all."),
      .init(
        "sample_bytes", \.sampleBytes, "Text taken at most, evenly from the sources.",
        in: .between(1000, 1e12), unit: "bytes"),
      .init(
        "special_tokens", \.specialTokens,
        "Texts that are one token each, besides <|begin|> and <|end|>: marks of roles, say."),
      .init(
        "chat_template", \.chatTemplate,
        "How a conversation becomes text, in Jinja, for exports; the templates of the data should write the same."
      ),
    ]
  }
}

extension BPETrainer.Pattern: RecipeChoice {
  /// One line for the recipe reference.
  public var documentation: String {
    switch self {
    case .gpt2: "words with their leading blank, runs of digits"
    case .llama3: "as Llama 3: at most three digits together"
    case .qwen2: "as Qwen 2: every digit alone"
    }
  }
}
