// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

/// One named source of training text.
public enum SourceRecipe: RecipeUnion {
  public static let documentation = "One named source of training text."

  /// Written by Pacer's own seeded generator.
  case synthetic(SyntheticRecipe)
  /// Text, JSON or JSON lines.
  case file(FileSourceRecipe)
  /// An HDF5 corpus written earlier.
  case corpus(CorpusRecipe)
  /// A feature corpus written earlier.
  case features(FeatureCorpusRecipe)

  public static var alternatives: [RecipeAlternative<SourceRecipe>] {
    [
      RecipeAlternative("synthetic", SourceRecipe.synthetic) {
        if case .synthetic(let it) = $0 { it } else { nil }
      },
      RecipeAlternative("file", SourceRecipe.file) { if case .file(let it) = $0 { it } else { nil } },
      RecipeAlternative("corpus", SourceRecipe.corpus) { if case .corpus(let it) = $0 { it } else { nil } },
      RecipeAlternative("features", SourceRecipe.features) {
        if case .features(let it) = $0 { it } else { nil }
      },
    ]
  }

  /// The share of documents that training never sees.
  public var holdout: Double {
    switch self {
    case .synthetic(let it): it.holdout
    case .file(let it): it.holdout
    case .corpus, .features: 0
    }
  }

  static let holdoutDocumentation = "Share of the documents kept from training, chosen by their hash."
}

/// Documents from Pacer's own seeded generator.
public struct SyntheticRecipe: RecipeSection {
  public static let documentation = "Documents from Pacer's own seeded generator."

  /// What the documents are about.
  public enum Domain: String, RecipeChoice {
    case stories, math, code

    public var documentation: String {
      switch self {
      case .stories: "short stories from templates"
      case .math: "sums told in words, with their answers"
      case .code: "small Python functions"
      }
    }
  }

  public var domain = Domain.stories
  public var count = 0
  public var holdout = 0.0

  /// Required fields are zero.
  public init() {}

  public static var fields: [RecipeField<SyntheticRecipe>] {
    [
      .init("domain", \.domain, "What the documents are about.", required: true),
      .init(
        "count", \.count, "Documents to write.", in: .between(1, 1e9), unit: "documents", required: true),
      .init("holdout", \.holdout, SourceRecipe.holdoutDocumentation, in: .belowOne),
    ]
  }
}

/// An HDF5 corpus written earlier (`docs/corpus-format.md`).
public struct CorpusRecipe: RecipeSection {
  public static let documentation = "An HDF5 corpus written earlier, by Pacer or by your own script."

  public var path = ""
  public var domain = "text"

  /// Required fields only.
  public init() {}

  public static var fields: [RecipeField<CorpusRecipe>] {
    [
      .init("path", \.path, "The corpus file, see docs/corpus-format.md.", required: true),
      .init("domain", \.domain, "Under which name results are reported."),
    ]
  }
}
