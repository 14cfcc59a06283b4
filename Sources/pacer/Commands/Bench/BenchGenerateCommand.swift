import ArgumentParser
import Training

/// `pacer bench generate`
struct BenchGenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Time how fast a model writes many texts side by side.",
    discussion: """
      Every text begins with the begin token alone and goes on to its full length.

      EXAMPLES
        pacer bench generate checkpoints/nano-target
        pacer bench generate stories260K.bin:tok512.bin --batch 256 --new-tokens 256 --json
      """)

  @Argument(help: "A model (folder, engine file, model.bin:tokenizer.bin), a run folder or a checkpoint.")
  var model: String

  @Option(help: "Texts written together.")
  var batch = 256

  @Option(help: "Tokens of each.")
  var newTokens = 200

  @Option(help: "0 is greedy.")
  var temperature = 0.8

  @OptionGroup var output: MeasurementOutput

  func validate() throws { try MeasurementOutput.check([batch, newTokens]) }

  func run() throws {
    let backend = output.compute.backend()
    var benchmark = GenerationBenchmark(model: model, on: backend)
    (benchmark.batchSize, benchmark.newTokens, benchmark.temperature) = (batch, newTokens, temperature)
    try output.write([benchmark.run()], on: backend)
  }
}
