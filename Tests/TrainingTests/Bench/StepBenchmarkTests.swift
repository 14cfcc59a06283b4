import Autodiff
import Models
import Testing
import Training

@Suite("Step benchmark")
struct StepBenchmarkTests {
  private func report(_ objective: StepBenchmark.Objective, threads: Int = 1) throws -> StepBenchmarkReport {
    var benchmark = StepBenchmark(
      ModelConfiguration(
        vocabularySize: 97, hiddenSize: 32, feedForwardSize: 48, layerCount: 2, headCount: 4, kvHeadCount: 2,
        tiesEmbeddings: false, maxPositions: 24))
    benchmark.sequenceLength = 24
    benchmark.batchSize = 3
    benchmark.objective = objective
    benchmark.teacherWidth = 8
    benchmark.stepCount = 8
    return try benchmark.run(on: CPUBackend(threads: threads))
  }

  @Test("takes real steps: the loss falls, no memory is taken", arguments: StepBenchmark.Objective.allCases)
  func realSteps(objective: StepBenchmark.Objective) throws {
    let report = try report(objective)
    #expect(report.losses.count == 10)
    #expect(try #require(report.losses.last) < report.losses[0] - 0.01, "\(report.losses)")
    #expect(report.reservationsPerStep == 0)
    #expect(report.tokens == 72 && report.tokensPerSecond > 0)
    let ceiling = try #require(report.ceiling)
    #expect(report.gigaflops > 0 && ceiling.library > 0 && ceiling.kernels > 0)
    #expect(report.plannedBytes > 4 * 4 * report.parameters && report.peakBytes > report.plannedBytes)
  }

  @Test("has the same losses on any number of threads")
  func threads() throws {
    let expected = try report(.forwardKL).losses
    for threads in [2, 3] { #expect(try report(.forwardKL, threads: threads).losses == expected) }
  }

  @Test("counts two operations for a multiplied weight, and three passes")
  func operations() {
    let configuration = ModelConfiguration(
      vocabularySize: 32_000, hiddenSize: 512, feedForwardSize: 1536, layerCount: 4, headCount: 8,
      tiesEmbeddings: false)
    // 6 (n - v d) and 12 L d s / 2 for each token, n without the norms.
    let layer = 4 * 512 * 512 + 3 * 512 * 1536
    let weights = 4 * layer + 32_000 * 512
    let attention = 4 * 512 * 512
    #expect(configuration.trainingOperations(length: 512) == Double(6 * weights + 6 * attention))
  }

  @Test("summarises by the median and the least")
  func samples() {
    #expect(Samples([3, 1, 2]).median == 2 && Samples([4, 1, 2, 3]).median == 2.5)
    #expect(Samples([2, 1]).least == 1)
  }
}
