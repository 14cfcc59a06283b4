import ArgumentParser
import FileSystem
import Training

/// `pacer inspect`
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what a file or folder is: tree, shapes, norms, checksums.",
    discussion: """
      EXAMPLES
        pacer inspect runs/quickstart/checkpoints/step-600
        pacer inspect checkpoints/nano-target --verify
        pacer inspect drafter.h5 --json
        pacer inspect runs/eagle/corpora/states --verify
      A run folder stands for its newest checkpoint.
      """)

  @Argument(help: "A checkpoint, run folder, corpus, engine file, safetensors, model folder or tokenizer.")
  var path: String

  @Flag(help: "Compare every checksum with the bytes.")
  var verify = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let report = try Inspection.inspect(try inspected(), verify: verify)
    if json { try Console.write(report.json) } else { Console.write(report.text) }
  }

  private func inspected() throws -> String {
    let folder = RunFolder(path)
    guard folder.exists else { return path }
    return try RunSession.newestCheckpoint(folder) ?? path
  }
}
