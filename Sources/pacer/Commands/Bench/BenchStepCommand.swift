import ArgumentParser
import Models
import Training

/// `pacer bench step`
struct BenchStepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step", abstract: "Time the real training step on random tokens.",
    discussion: """
      Graph, planned memory, kernels, clipping and AdamW are those of a run. The defaults are a drafter of 46.4 \
      million parameters with an untied head.

      EXAMPLES
        pacer bench step
        pacer bench step --objective kl --steps 9 --json
        pacer bench step --seq 2048 --batch 1 --threads 1
      """)

  @Option(help: "Width of the residual stream.")
  var dim = 512

  @Option(help: "Transformer blocks.")
  var layers = 4

  @Option(help: "Query heads.")
  var heads = 8

  @Option(help: "Key and value heads (default: as many as heads).")
  var kvHeads: Int?

  @Option(help: "Width inside the feed-forward block.")
  var ffn = 1536

  @Option(help: "Tokens of the vocabulary.")
  var vocab = 32_000

  @Option(help: "Tokens per sequence.")
  var seq = 512

  @Option(help: "Sequences per step.")
  var batch = 4

  @Flag(help: "Use the embedding as the head.")
  var tied = false

  @Option(help: "ce, or kl: forward KL divergence from a teacher's full distribution.")
  var objective = "ce"

  @Option(help: "With kl: width of the hidden states from which the teacher's logits are made.")
  var teacherWidth = 64

  @Flag(help: "Compute the layers' values again on the way back instead of keeping them.")
  var recompute = false

  @Option(help: "Measured steps; two more are taken before them.")
  var steps = 5

  @Flag(help: "Leave out the matrix products, with which the step is compared.")
  var skipCeiling = false

  @OptionGroup var compute: ComputeOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    let counts = [dim, layers, heads, kvHeads ?? 1, ffn, vocab, batch, steps, teacherWidth]
    guard counts.allSatisfy({ (1...1 << 20).contains($0) }), (2...1 << 20).contains(seq) else {
      throw ValidationError("Sizes are whole numbers of 1 or more, --seq of 2 or more.")
    }
    guard dim % heads == 0, dim / heads % 2 == 0, heads % (kvHeads ?? heads) == 0 else {
      throw ValidationError(
        "--dim must be an even multiple of --heads, and --heads a multiple of --kv-heads.")
    }
    guard StepBenchmark.Objective(rawValue: objective) != nil else {
      throw ValidationError("--objective takes ce or kl.")
    }
  }

  func run() throws {
    var benchmark = StepBenchmark(
      ModelConfiguration(
        vocabularySize: vocab, hiddenSize: dim, feedForwardSize: ffn, layerCount: layers, headCount: heads,
        kvHeadCount: kvHeads, tiesEmbeddings: tied, maxPositions: seq))
    benchmark.sequenceLength = seq
    benchmark.batchSize = batch
    benchmark.recomputing = recompute
    benchmark.objective = StepBenchmark.Objective(rawValue: objective) ?? .crossEntropy
    benchmark.teacherWidth = teacherWidth
    benchmark.stepCount = steps
    benchmark.measuresCeiling = !skipCeiling
    let report = try benchmark.run(on: compute.backend())
    if json {
      try Console.write(report.json)
    } else {
      for line in report.lines { Console.write(line) }
    }
  }
}
