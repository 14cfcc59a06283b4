package import DraftData
package import Drafters
package import Models

/// What is exported: a model, and all that should travel with it.
package struct ExportRequest {
  /// The model; its store is read piece by piece.
  package var model: DraftModel
  /// The target of a drafter that reads its states, whose embedding some formats carry along; nil for language models.
  package var targetModel: LanguageModel?
  /// How a weight is stored.
  package var elementType: ExportStageRecipe.ElementType
  /// Nil where the model has none.
  package var tokenizer: TokenizerFiles?
  package var generation: GenerationDefaults
  /// The measured evaluation, as `pacer evaluate --json` printed it; nil where none was made.
  package var acceptance: JSONValue?
  /// How the model came about: versions, recipe, hashes. Times and paths in here make two exports differ.
  package var provenance: JSONValue?
  /// What to call the target in texts: a folder's name or a model's public name.
  package var targetName: String
  /// Where the target lies, for files that name it by its path; nil: by its name.
  package var targetPath: String?
  /// The target, where a format that compares vocabularies is to do so.
  package var target: SpeculationTarget?

  /// A model with nothing but itself.
  package init(_ model: DraftModel, elementType: ExportStageRecipe.ElementType = .float32) {
    self.model = model
    self.elementType = elementType
    tokenizer = nil
    generation = GenerationDefaults()
    acceptance = nil
    provenance = nil
    targetName = "TARGET"
    target = nil
  }
}

/// What an engine should do where a user says nothing.
package struct GenerationDefaults: Sendable, Hashable {
  /// Tokens drafted in a cycle.
  package var draftLength: Int
  /// 0 is greedy.
  package var temperature: Double

  /// The defaults of the evaluation.
  package init(draftLength: Int = 4, temperature: Double = 0) {
    (self.draftLength, self.temperature) = (draftLength, temperature)
  }
}
