import ArgumentParser
import Training

/// `pacer bench optimizer`
struct BenchOptimizerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "optimizer", abstract: "Time one step of every optimizer.",
    discussion: """
      EXAMPLES
        pacer bench optimizer
        pacer bench optimizer --parameters 100000000 --threads 1
      """)

  @Option(help: "How many parameters, in matrices of 512 by 512.")
  var parameters = 16_777_216

  @OptionGroup var output: MeasurementOutput

  func validate() throws { try MeasurementOutput.check([parameters]) }

  func run() throws {
    let backend = output.compute.backend()
    var benchmark = OptimizerBenchmark(on: backend)
    benchmark.parameters = parameters
    try output.write(benchmark.run(), on: backend)
  }
}
