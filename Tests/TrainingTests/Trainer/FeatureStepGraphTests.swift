import Autodiff
import DraftData
import Drafters
import Models
import Objectives
import Testing
import Training

/// Drafters of the EAGLE family under the same trainer as all others.
@Suite struct FeatureStepGraphTests {
  struct Method: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let isEagle3: Bool
    let objective: FeatureObjective
  }

  static let methods = [
    Method(testDescription: "EAGLE", isEagle3: false, objective: .eagle()),
    Method(testDescription: "HASS", isEagle3: false, objective: .eagle(passCount: 3)),
    Method(testDescription: "EAGLE-3", isEagle3: true, objective: .trainingTimeTest(passCount: 4)),
  ]

  private struct Fixture {
    let backend: CPUBackend
    let drafter: any FeatureDrafter
    let trainer: Trainer

    init(
      _ method: Method, threads: Int = 1, batch: Int = 4, accumulation: Int = 1, steps: Int = 60
    ) throws {
      backend = CPUBackend(threads: threads)
      let architecture = ModelConfiguration(
        vocabularySize: 31, hiddenSize: 16, feedForwardSize: 40, layerCount: 6, headCount: 4, kvHeadCount: 2,
        maxPositions: 64)
      let target = LanguageModel(
        architecture, on: backend, isTrainable: false, isLoaded: false, deviation: 0.3)
      target.store.initialize(seed: 1)
      let configuration = FeatureDrafterConfiguration(for: architecture)
      drafter =
        method.isEagle3
        ? Eagle3Drafter(
          configuration, target: target, on: backend, positions: 64, isTrainable: true, isLoaded: false)
        : EagleDrafter(
          configuration, target: target, on: backend, positions: 64, isTrainable: true, isLoaded: false)
      drafter.store.initialize(seed: 2)
      let graph = FeatureStepGraph(
        drafter: drafter, target: target, objective: method.objective, batch: batch, length: 32, on: backend,
        mode: .checked)
      trainer = Trainer(
        Trainer.Settings(
          steps: steps, accumulation: accumulation, learningRate: 5e-3, schedule: Schedule(.constant),
          clipNorm: 1, clipValue: nil),
        graph: graph, store: drafter.store,
        optimizer: OptimizerSettings.adamW(AdamW.Settings()).makeOptimizer(
          drafter.store, on: backend, rule: .none),
        average: nil, stream: try packedText(batch: batch), on: backend)
    }

    var weights: [Float] { backend.read(drafter.store.trainableSlab) }
  }

  @Test(arguments: methods) func draftersLearnAndAStepTakesNoMemory(_ method: Method) throws {
    let fixture = try Fixture(method)
    let reservations = fixture.backend.reservationCount
    var losses: [Double] = []
    while !fixture.trainer.isFinished { losses.append(try fixture.trainer.step().totals.mean(.loss)) }
    #expect(fixture.backend.reservationCount == reservations)
    let (first, last) = (losses[0], losses.suffix(5).reduce(0, +) / 5)
    #expect(last < 0.9 * first, "\(first) to \(last)")
  }

  @Test(arguments: methods) func threadsDoNotChangeABit(_ method: Method) throws {
    let results = try [1, 2, 3].map { threads in
      let fixture = try Fixture(method, threads: threads, steps: 5)
      while !fixture.trainer.isFinished { _ = try fixture.trainer.step() }
      return fixture.weights
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  /// Means are over the rows that count in the whole step, so that its division does not matter.
  @Test(arguments: methods) func microBatchesAddUp(_ method: Method) throws {
    let whole = try Fixture(method, batch: 4, steps: 1)
    let parts = try Fixture(method, batch: 1, accumulation: 4, steps: 1)
    let (a, b) = (try whole.trainer.step(), try parts.trainer.step())
    #expect(a.totals.tokens == b.totals.tokens && a.totals.tokens > 20)
    #expect(abs(a.totals.mean(.loss) - b.totals.mean(.loss)) < 1e-5 * a.totals.mean(.loss))
    #expect(abs(a.gradientNorm - b.gradientNorm) < 1e-4 * a.gradientNorm)
  }
}
