import Autodiff
import FileSystem
import TestSupport
import Testing
import Training

/// Benchmarks of single parts do the work they say, at any size, and leave nothing behind.
@Suite struct PartBenchmarkTests {
  private func expectSound(_ measurements: [Measurement], count: Int) {
    #expect(measurements.count == count)
    for measurement in measurements {
      #expect(measurement.seconds.least > 0 && measurement.rate > 0 && measurement.rate.isFinite)
      #expect(measurement.seconds.least <= measurement.seconds.median)
    }
  }

  @Test func attentionAndLossAndOptimizersRunAtOddSizes() {
    let backend = CPUBackend(threads: 2)
    var attention = AttentionBenchmark(on: backend)
    (attention.batch, attention.length, attention.headSize) = (2, 19, 6)
    (attention.heads, attention.kvHeads) = (6, 2)
    for mask in AttentionBenchmark.Mask.allCases {
      attention.mask = mask
      expectSound(attention.run(), count: 3)
    }
    var loss = LossBenchmark(on: backend)
    (loss.rows, loss.width, loss.vocabulary) = (13, 6, 37)
    expectSound(loss.run(), count: 2)
    var optimizer = OptimizerBenchmark(on: backend)
    optimizer.parameters = 1
    expectSound(optimizer.run(), count: 5)
    #expect(backend.reservedBytes == 0)
  }

  @Test func generationWritesEveryToken() throws {
    var generation = GenerationBenchmark(
      model: repositoryRoot + "checkpoints/nano-target", on: CPUBackend(threads: 1))
    (generation.batchSize, generation.newTokens) = (3, 5)
    let measurement = try generation.run()
    #expect(measurement.amount == 30)
    expectSound([measurement], count: 1)
  }

  @Test func dataAndCheckpoints() throws {
    var data = DataBenchmark(tokenizer: repositoryRoot + "checkpoints/nano-target")
    data.documents = 20
    expectSound(try data.run(), count: 3)
    let folder = try TemporaryFolder()
    var checkpoint = CheckpointBenchmark(folder: folder.path, on: CPUBackend(threads: 1))
    checkpoint.parameters = 1
    expectSound(try checkpoint.run(), count: 3)
    #expect(try Directory.list(folder.path).isEmpty)
  }
}
