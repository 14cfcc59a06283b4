import ArgumentParser
import Training

/// `pacer bench data`
struct BenchDataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Time writing, tokenising and packing text.",
    discussion: """
      EXAMPLES
        pacer bench data checkpoints/nano-target
        pacer bench data path/to/tokenizer.json --documents 10000 --json
      """)

  @Argument(help: "A model with a tokenizer, or a tokenizer file.")
  var tokenizer: String

  @Option(help: "Documents of Pacer's own generator.")
  var documents = 2000

  @OptionGroup var output: MeasurementOutput

  func validate() throws { try MeasurementOutput.check([documents]) }

  func run() throws {
    var benchmark = DataBenchmark(tokenizer: ModelArgument(tokenizer).tokenizerPath)
    benchmark.documents = documents
    try output.write(benchmark.run(), on: output.compute.backend())
  }
}
