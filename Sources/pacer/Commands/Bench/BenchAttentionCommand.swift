import ArgumentParser
import Training

/// `pacer bench attention`
struct BenchAttentionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attention", abstract: "Time attention: forward, backward, and over a key/value cache.",
    discussion: """
      EXAMPLES
        pacer bench attention
        pacer bench attention --seq 2048 --batch 1 --kv-heads 2 --json
      """)

  @Option(help: "Sequences, or cache lines.")
  var batch = 4

  @Option(help: "Tokens per sequence.")
  var seq = 512

  @Option(help: "Query heads.")
  var heads = 8

  @Option(help: "Key and value heads (default: as many as heads).")
  var kvHeads: Int?

  @Option(help: "Elements per head.")
  var headDim = 64

  @OptionGroup var output: MeasurementOutput

  func validate() throws {
    try MeasurementOutput.check([batch, seq, heads, kvHeads ?? heads, headDim])
    guard heads % (kvHeads ?? heads) == 0, headDim <= 256 else {
      throw ValidationError("--heads must be a multiple of --kv-heads, and --head-dim at most 256.")
    }
  }

  func run() throws {
    let backend = output.compute.backend()
    var benchmark = AttentionBenchmark(on: backend)
    (benchmark.batch, benchmark.length, benchmark.headSize) = (batch, seq, headDim)
    (benchmark.heads, benchmark.kvHeads) = (heads, kvHeads ?? heads)
    try output.write(benchmark.run(), on: backend)
  }
}
