internal import Autodiff
internal import DraftData
internal import Evaluation
internal import FileSystem
internal import Models
internal import Randomness

/// The target writes a corpus: sequence-level distillation data.
///
/// Texts begin from the prompts of data sources, or from nothing but the start of a text (as Magpie, arXiv
/// 2406.08464, lets a model write its own instructions). Text i is a function of seed and i; texts are decoded in
/// fixed groups, so that an interrupted stage goes on with the same bits from the group it was in.
struct GenerateStage {
  let settings: GenerateStageRecipe
  let context: StageContext
  /// Texts decoded by one call; a multiple of the batch keeps its lines busy while the last texts end.
  private var groupSize: Int { 4 * settings.batchSize }

  /// Where the corpus lies.
  var path: String { Path.joined(context.folder.corpora, settings.name) }

  /// Writes the corpus, or what is missing of it.
  func run() throws {
    guard !CorpusWriter.isFinished(path) else { return }
    if let endpoint = settings.endpoint {
      return try ServedGenerateStage(settings: settings, endpoint: endpoint, context: context).run(into: path)
    }
    guard let target = try context.materials.target() else {
      throw InputError(.usage, key: "target", found: "there is no target to write '\(settings.name)'")
    }
    try Directory.create(context.folder.corpora)
    let tokenizer = try context.materials.tokenizer()
    let description = CorpusDescription(
      vocabularySize: target.model.configuration.vocabularySize,
      tokenizerHash: SHA256.hash(try tokenizer.tokenizerJSON()).description,
      teacherEntryCount: settings.topKLogits,
      provenance: "stage '\(settings.name)' of run '\(context.recipe.name)', seed \(context.recipe.seed)")
    let writer = try CorpusWriter(folder: path, description)
    let prompts = try GenerationPrompts(
      settings, materials: context.materials, positions: target.model.rotary.positionCount)
    let decoder = CachedDecoder(
      target.model, on: context.backend, lines: settings.batchSize,
      capacity: min(prompts.longest + settings.maxNewTokens + 1, target.model.rotary.positionCount))
    try write(prompts, decoder, target.model.configuration.endTokens, to: writer)
    try writer.finish()
  }

  private func write(
    _ prompts: GenerationPrompts, _ decoder: CachedDecoder, _ endTokens: [Int32], to writer: CorpusWriter
  ) throws {
    let generator = Generator(model: decoder, seed: UInt64(context.recipe.seed), endTokens: endTokens)
    let start = ProcessFacts.monotonicNanoseconds()
    var tokens = writer.committedTokenCount
    // The group in which the last run ended is decoded again; what is committed of it is not appended twice.
    var first = writer.committedCount / groupSize * groupSize
    while tokens < settings.tokens {
      try context.checkForStop()
      let requests = try (first..<first + groupSize).map { try prompts.request($0) }
      var teachers = TeacherRecorder(entryCount: settings.topKLogits, requestCount: requests.count)
      let completions = try generator.run(
        requests, onToken: settings.topKLogits == 0 ? nil : { try teachers.record($0) })
      for (offset, completion) in completions.enumerated() where first + offset >= writer.documentCount {
        let prompt = requests[offset].prompt
        tokens += prompt.count + completion.tokens.count
        try writer.append(
          CorpusDocument(
            tokens: prompt + completion.tokens, promptLength: prompt.count,
            domain: requests[offset].domain ?? "text",
            temperature: Float(requests[offset].sampling.temperature),
            source: first + offset, teacher: teachers.teacher(of: offset, promptLength: prompt.count)))
      }
      first += groupSize
      context.observer.receive(
        .advanced(
          stage: settings.name, done: min(tokens, settings.tokens), total: settings.tokens, unit: "tokens",
          seconds: Double(ProcessFacts.monotonicNanoseconds() - start) * 1e-9))
    }
  }
}
