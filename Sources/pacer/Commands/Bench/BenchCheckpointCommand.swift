import ArgumentParser
import Training

/// `pacer bench checkpoint`
struct BenchCheckpointCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint", abstract: "Time saving, verifying and restoring a run's state.",
    discussion: """
      EXAMPLES
        pacer bench checkpoint
        pacer bench checkpoint --parameters 100000000 --folder /big/disk --json
      """)

  @Option(help: "How many parameters; AdamW's state is twice as large again.")
  var parameters = 16_777_216

  @Option(help: "Where to write; what is written is removed again.")
  var folder = "."

  @OptionGroup var output: MeasurementOutput

  func validate() throws { try MeasurementOutput.check([parameters]) }

  func run() throws {
    let backend = output.compute.backend()
    var benchmark = CheckpointBenchmark(folder: folder, on: backend)
    benchmark.parameters = parameters
    try output.write(benchmark.run(), on: backend)
  }
}
