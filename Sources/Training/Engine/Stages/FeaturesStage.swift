internal import Autodiff
internal import DraftData
internal import FileSystem
internal import HDF5
internal import Models

/// The target reads documents and its hidden states are kept: a feature corpus (`docs/feature-corpus.md`).
///
/// The states of a document do not depend on those beside it, and which documents share a shard on their lengths alone, so
/// that a stage that was interrupted leaves the same bytes as one that was not.
struct FeaturesStage {
  let settings: FeaturesStageRecipe
  let context: StageContext
  /// What the recipe's drafter reads, where the stage does not say.
  let standardStates: [FeatureState]

  /// Bytes of a shard before compression: what a crash may cost, and what is held in memory.
  static let shardBytes = 64 << 20

  /// Where the corpus lies.
  var path: String { Path.joined(context.folder.corpora, settings.name) }

  /// Writes the corpus, or what is missing of it.
  func run() throws {
    guard !CorpusWriter.isFinished(path) else { return }
    guard let target = try context.materials.target()?.model else {
      throw InputError(.usage, key: "target", found: "there is no target to read for '\(settings.name)'")
    }
    try Directory.create(context.folder.corpora)
    let stores = try settings.sources.map {
      try context.materials.store($0, scope: settings.learn.scope, includesTeacher: false)
    }
    let limit = min(settings.maxTokens ?? .max, target.rotary.positionCount)
    let documents = FeatureDocuments(stores, limit: limit)
    let description = try description(of: target)
    let writer = try CorpusWriter(
      folder: path, description,
      shardTokenCount: max(1, min(1 << 16, Self.shardBytes / description.bytesPerToken)),
      featureCompression: settings.compression == 0 ? .none : .deflate(level: settings.compression))
    try requireRoom(for: documents, description, after: writer.committedTokenCount)
    try write(documents, target, to: writer)
    try writer.finish()
  }

  private func description(of target: LanguageModel) throws -> CorpusDescription {
    let configuration = target.configuration
    let states = settings.states ?? standardStates
    if let wrong = states.first(where: { !$0.exists(layerCount: configuration.layerCount) }) {
      throw InputError(
        .usage, key: "stages.\(settings.name).layers", found: "\(wrong)",
        expected:
          "places in the target's \(configuration.layerCount) layers: 0 to \(configuration.layerCount) "
          + "layers applied")
    }
    return CorpusDescription(
      vocabularySize: configuration.vocabularySize,
      tokenizerHash: SHA256.hash(try context.materials.tokenizer().tokenizerJSON()).description,
      teacherEntryCount: settings.topKLogits,
      features: FeatureDescription(
        states: [.final] + states, storage: settings.storage.featureStorage,
        hiddenSize: configuration.hiddenSize, layerCount: configuration.layerCount,
        targetName: context.recipe.target?.path ?? "",
        targetHash: try context.materials.targetDigest().description),
      provenance: "stage '\(settings.name)' of run '\(context.recipe.name)', from "
        + settings.sources.joined(separator: ", "))
  }

  /// Says what the corpus will take, and refuses to begin what would end with a full disk.
  private func requireRoom(
    for documents: FeatureDocuments, _ description: CorpusDescription, after committed: Int
  ) throws {
    let bytes = documents.tokenCount * description.bytesPerToken
    let left = (documents.tokenCount - min(committed, documents.tokenCount)) * description.bytesPerToken
    context.observer.receive(
      .sized(
        stage: settings.name, tokens: documents.tokenCount, bytes: bytes,
        freeBytes: try context.freeBytes(path)))
    try Disk.require(
      left, at: path,
      for: "the hidden states of \(documents.tokenCount) tokens, \(description.bytesPerToken) bytes each",
      freeBytes: context.freeBytes)
  }

  private func write(_ documents: FeatureDocuments, _ target: LanguageModel, to writer: CorpusWriter) throws {
    guard let features = writer.description.features else {
      preconditionFailure("states are what this is for")
    }
    let reader = TargetStateReader(
      target, states: features.states, rows: max(settings.batchTokens, documents.longest), on: context.backend
    )
    let likeliest =
      settings.topKLogits > 0
      ? LikeliestTokens(target, count: settings.topKLogits, on: context.backend) : nil
    let start = ProcessFacts.monotonicNanoseconds()
    var done = writer.committedTokenCount
    var told = -1
    var first = writer.committedCount
    while first < documents.count {
      try context.checkForStop()
      let group = first..<first + reader.documentCount(fitting: documents.lengths(from: first))
      let texts = group.map { documents[$0] }
      try reader.read(texts.map(\.tokens)) { index, states in
        var document = texts[index]
        document.features = try stored(states, features, document: group.lowerBound + index)
        document.teacher = likeliest?.teacher(of: states[0])
        try writer.append(document)
        done += document.tokens.count
      }
      first = group.upperBound
      // A hundred lines of a log are enough.
      guard 100 * done / max(documents.tokenCount, 1) > told || first == documents.count else { continue }
      told = 100 * done / max(documents.tokenCount, 1)
      context.observer.receive(
        .advanced(
          stage: settings.name, done: done, total: documents.tokenCount, unit: "tokens",
          seconds: Double(ProcessFacts.monotonicNanoseconds() - start) * 1e-9))
    }
  }

  private func stored(
    _ states: [ArraySlice<Float>], _ description: FeatureDescription, document: Int
  ) throws -> [StoredRows] {
    try zip(description.states, states).map { state, values in
      do throws(UnstorableNumber) {
        return try description.storage.rows(of: values, width: description.hiddenSize)
      } catch {
        throw InputError(
          .numeric, key: "stages.\(settings.name).storage",
          found: "\(error.value) in \(state), token \(error.row) of document \(document)",
          expected: "a finite number that \(description.storage.rawValue) can hold",
          remedy: error.value.isFinite ? "Set storage to bf16, int8 or f32" : "Look at the target's weights")
      }
    }
  }
}

extension FeatureState {
  /// Whether a target of so many layers has it.
  func exists(layerCount: Int) -> Bool {
    if case .residual(let count) = self { (0...layerCount).contains(count) } else { true }
  }
}
