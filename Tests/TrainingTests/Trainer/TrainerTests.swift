import Autodiff
import DraftData
import Drafters
import Models
import Objectives
import Testing
import Training

@Suite struct TrainerTests {
  private struct Fixture {
    let backend: CPUBackend
    let model: LanguageModel
    let trainer: Trainer

    init(threads: Int, accumulation: Int = 1, batch: Int = 4) throws {
      backend = CPUBackend(threads: threads)
      let configuration = ModelConfiguration(
        vocabularySize: 31, hiddenSize: 16, feedForwardSize: 40, layerCount: 2, headCount: 4, kvHeadCount: 2,
        maxPositions: 64)
      model = LanguageModel(configuration, on: backend, isTrainable: true, isLoaded: false)
      model.store.initialize(seed: 1)
      let graph = StepGraph(
        drafter: model, objective: DistillationObjective(mix: .crossEntropyOnly, teacher: .none),
        teacher: nil,
        batch: batch, length: 32, on: backend, mode: .checked)
      let optimizer = OptimizerSettings.adamW(AdamW.Settings()).makeOptimizer(
        model.store, on: backend, rule: .none)
      trainer = Trainer(
        Trainer.Settings(
          steps: 60, accumulation: accumulation, learningRate: 1e-2, schedule: Schedule(.constant),
          clipNorm: 1, clipValue: nil),
        graph: graph, store: model.store, optimizer: optimizer, average: nil,
        stream: try Self.stream(batch: batch), on: backend)
    }

    /// Sequences whose next token is a function of the last, so that they can be learnt by heart.
    static func stream(batch: Int) throws -> BatchStream {
      var store = TokenStore()
      for start in 0..<12 {
        let tokens = (0..<40).map { Int32((start * 5 + $0 * 3) % 31) }
        store.append(
          tokens: tokens, inLoss: tokens.map { _ in true }, domain: "cycles", contentHash: UInt64(start))
      }
      return try BatchStream(
        try Mixture(store), settings: BatchStream.Settings(sequenceLength: 32, batchSize: batch, seed: 3))
    }
  }

  private func losses(_ fixture: Fixture) throws -> [Double] {
    let reservations = fixture.backend.reservationCount
    var losses: [Double] = []
    while !fixture.trainer.isFinished { losses.append(try fixture.trainer.step().totals.mean(.loss)) }
    #expect(fixture.backend.reservationCount == reservations, "a step takes no memory")
    return losses
  }

  @Test func aSmallModelLearnsSequencesByHeart() throws {
    let losses = try losses(Fixture(threads: 1))
    #expect(abs(losses[0] - 3.434) < 0.2, "a fresh model is uniform: ln 31, got \(losses[0])")
    #expect(losses.suffix(5).reduce(0, +) / 5 < 0.7, "losses \(losses)")
  }

  @Test(arguments: [2, 3, 8]) func anyNumberOfThreadsGivesTheSameBits(_ threads: Int) throws {
    let one = try Fixture(threads: 1)
    let many = try Fixture(threads: threads)
    #expect(try losses(one) == losses(many))
    let parameter = one.model.head
    #expect(one.model.store.read(parameter) == many.model.store.read(many.model.head))
  }

  @Test func microBatchesAddUpToTheWholeBatch() throws {
    // The same documents in the same order: four sequences at once, or two and two.
    let whole = try Fixture(threads: 1)
    let halves = try Fixture(threads: 1, accumulation: 2, batch: 2)
    let first = try whole.trainer.step()
    let second = try halves.trainer.step()
    #expect(first.totals.tokens == second.totals.tokens)
    #expect(abs(first.totals.mean(.loss) - second.totals.mean(.loss)) < 1e-6)
    #expect(abs(first.gradientNorm - second.gradientNorm) < 1e-5)
  }

  @Test func aNonFiniteLossStopsBeforeAnyWeightChanges() throws {
    let fixture = try Fixture(threads: 1)
    let norm = fixture.model.finalNorm.weight
    fixture.model.store.write([Float](repeating: .infinity, count: norm.shape.count), to: norm)
    let before = fixture.model.store.read(fixture.model.head)
    #expect(throws: (any Error).self) { try fixture.trainer.step() }
    #expect(fixture.model.store.read(fixture.model.head) == before)
    #expect(fixture.trainer.stepCount == 0)
  }
}
