import ArgumentParser
import Training

/// `pacer bench loss`
struct BenchLossCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loss", abstract: "Time head and loss with their gradients.",
    discussion: """
      EXAMPLES
        pacer bench loss
        pacer bench loss --vocab 128000 --rows 2048 --json
      """)

  @Option(help: "Tokens with a label.")
  var rows = 2048

  @Option(help: "Width of the hidden states.")
  var dim = 512

  @Option(help: "Tokens of the vocabulary.")
  var vocab = 32_000

  @OptionGroup var output: MeasurementOutput

  func validate() throws { try MeasurementOutput.check([rows, dim, vocab]) }

  func run() throws {
    let backend = output.compute.backend()
    var benchmark = LossBenchmark(on: backend)
    (benchmark.rows, benchmark.width, benchmark.vocabulary) = (rows, dim, vocab)
    try output.write(benchmark.run(), on: backend)
  }
}
