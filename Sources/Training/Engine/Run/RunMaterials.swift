internal import Autodiff
internal import DraftData
internal import Drafters
internal import Evaluation
internal import FileSystem
internal import Models

/// What a run works with, made when it is first needed and then kept: target, tokenizer, token stores, prompts.
final class RunMaterials {
  let recipe: Recipe
  let folder: RunFolder
  let backend: CPUBackend
  private lazy var documents = RunDocuments(recipe) { [unowned self] in try tokenizer() }
  let readsWeights: Bool
  private let leastPositions: Int
  private var openedTarget: ModelFiles?
  private var openedPretrained: ModelFiles?
  private var drafterFiles: FeatureDrafterFiles?
  private var loadedTarget: LoadedModel?
  private var loadedDrafter: DraftModel?
  private var knownDigest: SHA256Digest?
  private var loadedTokenizer: (any Tokenizer)?
  private var splits: [String: (training: [Document], heldOut: [Document])] = [:]

  /// - Parameters:
  ///   - readsWeights: false where only sizes matter.
  ///   - positions: how many positions are needed at least, whatever the stages need.
  init(
    _ recipe: Recipe, folder: RunFolder, backend: CPUBackend, readsWeights: Bool = true, positions: Int = 2
  ) {
    leastPositions = max(positions, 2)
    self.readsWeights = readsWeights
    self.recipe = recipe
    self.folder = folder
    self.backend = backend
  }

  /// The longest sequence that any stage or evaluation needs.
  var longestSequence: Int {
    var longest = leastPositions
    for entry in recipe.stages {
      switch entry {
      case .pretrain(let it), .continue(let it), .align(let it): longest = max(longest, it.sequenceLength)
      case .generate(let it): longest = max(longest, it.promptTokens + it.maxNewTokens + 1)
      case .features(let it): longest = max(longest, it.maxTokens ?? 0)
      case .evaluate(let it): longest = max(longest, it.promptTokens + it.newTokens + it.room)
      case .export: break
      }
    }
    if let it = recipe.evaluation { longest = max(longest, it.promptTokens + it.newTokens + it.room) }
    return longest
  }

  /// What the target is, without its weights; nil where the recipe trains a target itself.
  func targetFiles() throws -> ModelFiles? {
    guard let path = recipe.target?.path else { return nil }
    if let openedTarget { return openedTarget }
    let opened = try ModelLoader.open(path: path)
    openedTarget = opened
    return opened
  }

  /// The files of the published model that the recipe goes on from, opened and checked once.
  ///
  /// - Throws: what `checked` does.
  func pretrained(_ recipe: PretrainedRecipe) throws -> ModelFiles {
    if let openedPretrained { return openedPretrained }
    let opened = try checked(recipe)
    openedPretrained = opened
    return opened
  }

  /// The files of a published drafter of hidden states, which `open` opens the first time.
  func openedDrafter(_ open: () throws -> FeatureDrafterFiles) rethrows -> FeatureDrafterFiles {
    if let drafterFiles { return drafterFiles }
    let opened = try open()
    drafterFiles = opened
    return opened
  }

  /// The drafter under an acceptance head, which `load` loads the first time.
  func headed(_ load: () throws -> DraftModel) rethrows -> DraftModel {
    if let loadedDrafter { return loadedDrafter }
    let loaded = try load()
    loadedDrafter = loaded
    return loaded
  }

  /// The model that verifies, frozen; nil where the recipe trains a target itself.
  func target() throws -> LoadedModel? {
    guard let path = recipe.target?.path else { return nil }
    if let loadedTarget { return loadedTarget }
    let loaded = try ModelLoader.load(
      path: path, on: backend, positions: try targetFiles().map { positions(of: $0.configuration) },
      storage: recipe.target?.storage.element ?? .float32, readsTokenizer: false, readsWeights: readsWeights)
    loadedTarget = loaded
    return loaded
  }

  /// The digest of the target's weights, computed once. Traps without a target.
  func targetDigest() throws -> SHA256Digest {
    if let knownDigest { return knownDigest }
    guard let model = try target()?.model else {
      preconditionFailure("no target whose weights could be told")
    }
    let digest = model.weightsDigest()
    knownDigest = digest
    return digest
  }

  /// Has another model verify than the recipe's, which is of the same architecture: as it is served, say.
  func verify(with target: LoadedModel) { loadedTarget = target }

  /// How many positions the rotary table of a model from files covers: beyond what stages ask for there is room for
  /// long questions; a table of 4,096 is a megabyte or two.
  func positions(of configuration: ModelConfiguration) -> Int {
    max(longestSequence, min(configuration.maxPositions, 4096))
  }

  /// The tokenizer of the run.
  func tokenizer() throws -> any Tokenizer {
    if let loadedTokenizer { return loadedTokenizer }
    let tokenizer: any Tokenizer
    if let training = recipe.tokenizer.train {
      tokenizer = try TokenizerStage(
        training, run: folder, sources: recipe.data.entries.map(\.name)
      ).tokenizer { try self.split($0).training }
    } else if let path = recipe.tokenizer.from, path != "target" {
      tokenizer = try TokenizerLoader.load(path: path)
    } else if let own = try targetFiles()?.tokenizer() {
      tokenizer = own
    } else {
      throw InputError(
        .usage, file: recipe.target?.path, key: "tokenizer.from", found: "the target has no tokenizer",
        expected: "a tokenizer beside it", remedy: "Give llama2.c models as model.bin:tokenizer.bin")
    }
    loadedTokenizer = tokenizer
    return tokenizer
  }

  /// The tokenizer as an export carries it: the original files where there are some.
  func tokenizerFiles() throws -> TokenizerFiles? {
    if recipe.tokenizer.train != nil || (recipe.tokenizer.from ?? "target") != "target" {
      return TokenizerFiles(
        json: try tokenizer().tokenizerJSON(), configuration: nil,
        chatTemplate: recipe.tokenizer.train?.chatTemplate)
    }
    return try targetFiles()?.tokenizerFiles()
  }

  /// Both sides of a data source.
  func split(_ source: String) throws -> (training: [Document], heldOut: [Document]) {
    if let known = splits[source] { return known }
    let split = try documents.split(source)
    splits[source] = split
    return split
  }

  /// The model's own chat template. Throws `InputError` when it has none.
  func chatEncoder() throws -> ChatEncoder { try documents.chatEncoder() }

  /// Everything that a training stage reads, as token ids.
  ///
  /// - Parameter scope: whether prompts are learnt too.
  func mixture(_ shares: RecipeTable<Double>, scope: LossScope) throws -> Mixture {
    let components = try shares.entries.map { entry in
      Mixture.Component(
        name: entry.name, store: try store(entry.name, scope: scope), weight: entry.value)
    }
    return try Mixture(components)
  }

  /// The token ids of a data source or of the corpus that a stage wrote.
  ///
  /// - Parameter includesTeacher: whether a corpus's stored distributions are wanted.
  func store(_ name: String, scope: LossScope, includesTeacher: Bool = true) throws -> TokenStore {
    if let path = corpusPath(name) {
      return try CorpusReader(path).tokenStore(includesTeacher: includesTeacher)
    }
    let encoder = DocumentEncoder(try tokenizer(), scope: scope)
    return try encoder.store(of: try split(name).training).store
  }

  /// Held-out prompts in the target's tokens, the domains in turn so that any number of first ones is mixed.
  ///
  /// - Parameters:
  ///   - names: prompt sets; all where empty.
  ///   - count: prompts of each set at most.
  func prompts(_ names: [String], count: Int) throws -> [EvaluationPrompt] {
    let tokenizer = try tokenizer()
    let sets = try recipe.prompts.entries.filter { names.isEmpty || names.contains($0.name) }.map { entry in
      try promptSet(entry.value, name: entry.name).prompts.prefix(count).map { prompt in
        EvaluationPrompt(
          tokens: prompt.tokens ?? tokenizer.encodePrompt(prompt.text), domain: prompt.domain)
      }.filter { !$0.tokens.isEmpty }
    }
    let longest = sets.map(\.count).max() ?? 0
    return (0..<longest).flatMap { index in
      sets.compactMap { index < $0.count ? $0[$0.startIndex + index] : nil }
    }
  }

  private func promptSet(_ recipe: PromptsRecipe, name: String) throws -> PromptSet {
    switch recipe {
    case .file(let it):
      return try PromptSet.read(it.path, field: it.field ?? "prompt", domain: it.domain ?? name)
    case .holdout(let it):
      let set = PromptSet(try split(it.source).heldOut)
      return PromptSet(
        set.prompts.map { PromptSet.Prompt(domain: it.domain ?? name, text: $0.text, tokens: $0.tokens) })
    }
  }
}
