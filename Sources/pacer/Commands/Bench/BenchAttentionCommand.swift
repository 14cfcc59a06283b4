import ArgumentParser
import Training

extension AttentionBenchmark.Mask: ExpressibleByArgument {}

/// `pacer bench attention`
struct BenchAttentionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attention", abstract: "Time attention: forward, backward, and over a key/value cache.",
    discussion: """
      EXAMPLES
        pacer bench attention
        pacer bench attention --seq 2048 --batch 1 --kv-heads 2 --json
        pacer bench attention --mask tree
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

  @Option(
    help: "What tokens see: everything up to themselves, blocks of 16, or draft trees behind half the tokens."
  )
  var mask = AttentionBenchmark.Mask.causal

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
    benchmark.mask = mask
    try output.write(benchmark.run(), on: backend)
  }
}
