import FileSystem
import Training

/// A small run of two training stages that tests stop, resume and look at.
enum TwoStageRun {
  static let recipe = """
    name: tiny
    seed: 3
    tokenizer: {train: {vocabulary: 300, sources: [stories]}}
    model: {hidden: 16, layers: 1, heads: 2, ffn: 32, max_positions: 64}
    data:
      stories: {kind: synthetic, domain: stories, count: 40}
      sums: {kind: synthetic, domain: math, count: 40}
    stages:
      - {name: first, kind: pretrain, steps: 7, sequence_length: 32, batch_size: 2, mixture: {stories: 1}}
      - name: second
        kind: pretrain
        steps: 6
        sequence_length: 32
        batch_size: 2
        accumulation: 2
        mixture: {stories: 1, sums: 1}
        ema: {decay: 0.9}
        freeze: [model.embed_tokens.weight]
      - {name: export, kind: export, formats: [hf], dtype: f32}
    checkpoint: {every_steps: 3, keep_last: 2}
    """

  /// Counts optimizer steps, so that a test can ask for an end after some of them, and notes saves as they are told.
  final class Counter: Observer {
    private(set) var count = 0
    private(set) var largestCheckpoint = 0
    private(set) var saved: [Int] = []
    /// Saves that were told of and did not stand on the disk, every byte of them.
    private(set) var broken: [Int] = []
    private(set) var warnings: [String] = []
    /// The steps after which the run said that it stopped, and how it can be gone on with.
    private(set) var stops: [String] = []
    private(set) var trained: [(stage: String, times: TrainingTimes)] = []

    func receive(_ event: TrainingEvent) throws(InputError) {
      switch event {
      case .step: count += 1
      case .checkpointSaved(let step, let path, let bytes, _):
        largestCheckpoint = max(largestCheckpoint, bytes)
        saved.append(step)
        if (try? DurableDirectory.verify(path)) == nil { broken.append(step) }
      case .warning(let text): warnings.append(text)
      case .stopped(let step, let command): stops.append("\(step): \(command)")
      case .trained(let stage, let times): trained.append((stage, times))
      default: break
      }
    }
  }

  /// Runs in `folder`; stops after `limit` steps if there is one. Says how it ended.
  static func run(
    _ folder: RunFolder, recipe: String = recipe, _ changes: [String] = [], threads: Int = 1,
    stoppingAfter limit: Int? = nil,
    savingAfter wish: Int? = nil, observedBy counter: Counter = Counter(), freeBytes: Int = .max
  ) throws -> RunSession.Outcome {
    let resolved = try ResolvedRecipe.load(text: recipe, file: "tiny.yaml", arguments: changes)
    if !folder.exists {
      let provenance = try Provenance(of: resolved.recipe, version: "test", threads: threads)
      try folder.create(for: resolved, command: "test", provenance: provenance)
    }
    var isAskedFor = wish != nil
    return try RunSession(
      resolved, folder: folder, observer: ObserverGroup([counter]), threads: threads,
      requests: RunRequests(
        stop: { limit.map { counter.count >= $0 } == true ? .terminate : nil },
        takeSave: {
          guard isAskedFor, counter.count == wish else { return false }
          isAskedFor = false
          return true
        }),
      freeBytes: { _ in freeBytes }
    ).run()
  }
}
