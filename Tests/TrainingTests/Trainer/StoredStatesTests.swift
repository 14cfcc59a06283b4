import Autodiff
import DraftData
import Drafters
import FileSystem
import Models
import Objectives
import TestSupport
import Testing
import Training

/// Steps whose states come from a feature corpus, beside steps that run the target.
@Suite("Training from stored states")
struct StoredStatesTests {
  /// A random target with a drafter, and documents of half a row each: they share rows and none is cut.
  private struct Subject {
    let backend: CPUBackend
    let target: LanguageModel
    let drafter: any FeatureDrafter
    let method: FeatureStepGraphTests.Method
    let documentLength: Int

    static let length = 32

    init(_ method: FeatureStepGraphTests.Method, documentLength: Int = 16, threads: Int = 1) {
      backend = CPUBackend(threads: threads)
      let architecture = ModelConfiguration(
        vocabularySize: 31, hiddenSize: 16, feedForwardSize: 40, layerCount: 6, headCount: 4, kvHeadCount: 4,
        maxPositions: 64)
      target = LanguageModel(architecture, on: backend, isTrainable: false, isLoaded: false, deviation: 0.3)
      target.store.initialize(seed: 1)
      let configuration = FeatureDrafterConfiguration(for: architecture)
      drafter =
        method.isEagle3
        ? Eagle3Drafter(
          configuration, target: target, on: backend, positions: 64, isTrainable: true, isLoaded: false)
        : EagleDrafter(
          configuration, target: target, on: backend, positions: 64, isTrainable: true, isLoaded: false)
      drafter.store.initialize(seed: 2)
      (self.method, self.documentLength) = (method, documentLength)
    }

    var documents: [CorpusDocument] {
      (0..<12).map { start in
        let tokens = (0..<documentLength).map { Int32((start * 5 + $0 * $0 * 3) % 31) }
        return CorpusDocument(tokens: tokens, promptLength: 3)
      }
    }

    var states: [FeatureState] {
      FeatureState.sorted([.final] + drafter.tappedLayers.map { .residual(layersApplied: $0) })
    }

    /// Writes the documents with what the target computes for them.
    func write(_ path: String, _ storage: FeatureStorage) throws {
      let features = FeatureDescription(states: states, storage: storage, hiddenSize: 16, layerCount: 6)
      let writer = try CorpusWriter(
        folder: path, CorpusDescription(vocabularySize: 31, features: features), shardTokenCount: 40)
      let reader = TargetStateReader(target, states: states, rows: 1024, on: backend)
      for document in documents {
        try reader.read([document.tokens]) { _, states in
          var document = document
          document.features = try states.map { try storage.rows(of: $0, width: 16) }
          try writer.append(document)
        }
      }
      try writer.finish()
    }

    /// - Parameter path: of the corpus whose states are read; nil: the target runs.
    func trainer(_ path: String?, steps: Int = 8) throws -> Trainer {
      let mixture: Mixture
      if let path {
        let reader = try CorpusReader(path)
        mixture = try Mixture([
          .init(name: "a", store: try reader.tokenStore(), features: try reader.features(states))
        ])
      } else {
        var store = TokenStore()
        for document in documents {
          store.append(tokens: document.tokens, inLoss: document.lossMask, domain: "text", contentHash: 0)
        }
        mixture = try Mixture(store)
      }
      let stream = try BatchStream(
        mixture, settings: BatchStream.Settings(sequenceLength: Self.length, batchSize: 4, seed: 3))
      var objective = method.objective
      objective.noise = StateNoise(width: 0.1, seed: 4)
      return Trainer(
        Trainer.Settings(
          steps: steps, accumulation: 2, learningRate: 5e-3, schedule: Schedule(.constant), clipNorm: 1,
          clipValue: nil),
        graph: FeatureStepGraph(
          drafter: drafter, target: target, objective: objective, batch: 4, length: Self.length,
          readsStoredStates: path != nil, on: backend, mode: .checked),
        store: drafter.store,
        optimizer: OptimizerSettings.adamW(AdamW.Settings()).makeOptimizer(
          drafter.store, on: backend, rule: .none),
        average: nil, stream: stream, on: backend)
    }

    var weights: [Float] { backend.read(drafter.store.trainableSlab) }
  }

  @Test("in f32 they are the same steps to the bit", arguments: FeatureStepGraphTests.methods)
  func exact(_ method: FeatureStepGraphTests.Method) throws {
    let folder = try TemporaryFolder(inMemory: true)
    let (online, stored) = (Subject(method), Subject(method, threads: 2))
    try stored.write(folder.file("c"), .float32)
    let (running, reading) = (try online.trainer(nil), try stored.trainer(folder.file("c")))
    let start = online.weights
    let reservations = stored.backend.reservationCount
    while !running.isFinished {
      let (a, b) = (try running.step(), try reading.step())
      #expect(a.totals == b.totals && a.gradientNorm == b.gradientNorm && a.rows == b.rows)
    }
    #expect(online.weights == stored.weights && online.weights != start)
    #expect(stored.backend.reservationCount == reservations)
  }

  @Test("in fewer bytes they are nearly so", arguments: FeatureStepGraphTests.methods)
  func rounded(_ method: FeatureStepGraphTests.Method) throws {
    let folder = try TemporaryFolder(inMemory: true)
    let exact = try Subject(method).trainer(nil, steps: 1).step()
    for (storage, tolerance) in [(FeatureStorage.float16, 5e-4), (.bfloat16, 5e-3), (.int8, 1e-2)] {
      let subject = Subject(method)
      try subject.write(folder.file(storage.rawValue), storage)
      let step = try subject.trainer(folder.file(storage.rawValue), steps: 1).step()
      let loss = exact.totals.mean(.loss)
      #expect(step.totals.tokens == exact.totals.tokens)
      #expect(step.gradientNorm != exact.gradientNorm, "\(storage)")
      #expect(abs(step.totals.mean(.loss) - loss) < tolerance * loss, "\(storage)")
      #expect(abs(step.gradientNorm - exact.gradientNorm) < 5 * tolerance * exact.gradientNorm, "\(storage)")
    }
  }

  /// The rest of a document that goes on in the next row has the states of the whole text, which the target that runs
  /// beside the step reads without its beginning.
  @Test("a document that is cut keeps the states of the whole") func cut() throws {
    let method = FeatureStepGraphTests.methods[0]
    let folder = try TemporaryFolder(inMemory: true)
    let (online, stored) = (Subject(method, documentLength: 40), Subject(method, documentLength: 40))
    try stored.write(folder.file("c"), .float32)
    let batch = try stored.trainer(folder.file("c")).previewBatch()
    let rest = try #require(batch.spans.first { $0.documentOffset > 0 })
    let store = try CorpusReader(folder.file("c")).features([.final])
    var whole = [[Float](repeating: 0, count: 40 * 16)]
    try store.read(0..<40, of: rest.document, into: &whole, at: 0)
    let rows = try #require(batch.features?.values[0])
    #expect(
      rows[rest.row * 16..<(rest.row + rest.count) * 16].elementsEqual(
        whole[0][rest.documentOffset * 16..<(rest.documentOffset + rest.count) * 16]))
    let (a, b) = (
      try online.trainer(nil, steps: 1).step(), try stored.trainer(folder.file("c"), steps: 1).step()
    )
    #expect(a.totals.tokens == b.totals.tokens && a.totals != b.totals)
    #expect(abs(a.totals.mean(.loss) - b.totals.mean(.loss)) < 0.2 * a.totals.mean(.loss))
  }
}
