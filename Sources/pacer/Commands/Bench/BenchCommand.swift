import ArgumentParser

/// `pacer bench …`
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure this machine and the parts of a training step.",
    discussion: """
      Times mean something on a quiet machine only: close everything else, and look at medians.

      EXAMPLES
        pacer bench step
        pacer bench step --dim 128 --layers 1 --heads 4 --ffn 344 --vocab 512 --seq 256 --batch 8
        pacer bench gemm --shape 2048,512,1536 --threads 1
        pacer bench generate checkpoints/nano-target
      """,
    subcommands: [
      BenchStepCommand.self, BenchGemmCommand.self, BenchAttentionCommand.self, BenchLossCommand.self,
      BenchOptimizerCommand.self, BenchGenerateCommand.self, BenchDataCommand.self,
      BenchCheckpointCommand.self,
    ])
}
