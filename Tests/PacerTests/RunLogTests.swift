import Autodiff
import Foundation
import TestSupport
import Testing

/// What a run says on standard error, by how much is wanted.
@Suite struct RunLogTests {
  private static func recipe(text: String) -> String {
    """
    name: tiny
    tokenizer: {train: {vocabulary: 260, sources: [text]}}
    model: {hidden: 16, layers: 1, heads: 2, ffn: 32, max_positions: 64}
    data:
      text: {kind: file, path: \(text)}
    stages:
      - {name: first, kind: pretrain, steps: 3, sequence_length: 16, batch_size: 2, mixture: {text: 1}}
    checkpoint: {every_steps: 1}
    """
  }

  /// The paths of a text and of the recipe that reads it.
  private static func write(into folder: borrowing TemporaryFolder) throws -> (text: String, recipe: String) {
    let (text, path) = (folder.file("text.txt"), folder.file("tiny.yaml"))
    try String(repeating: "low lower lowest\n\n", count: 40).write(
      toFile: text, atomically: true, encoding: .utf8)
    try recipe(text: text).write(toFile: path, atomically: true, encoding: .utf8)
    return (text, path)
  }

  @Test func theLogIsAsLoudAsItIsAsked() throws {
    let folder = try TemporaryFolder()
    let (text, path) = try Self.write(into: folder)
    func run(_ name: String, _ flags: [String]) throws -> CommandLineProgram.Answer {
      try CommandLineProgram.run(["run", path, "--run", folder.file(name)] + flags)
    }
    let verbose = try run("verbose", ["-v"])
    #expect(verbose.status == 0)
    #expect(verbose.errors.contains("debug: recipe \(path)\ndebug: reads \(text)\n"))
    #expect(verbose.errors.contains(/\ndebug: stage first took \d+ ms\n/), "\(verbose.errors)")
    let plain = try run("plain", [])
    #expect(plain.errors.contains("stage 1/1: first") && !plain.errors.contains("debug: "))
    let quiet = try run("quiet", ["--quiet"])
    #expect(quiet.status == 0 && quiet.errors.isEmpty, "\(quiet.errors)")

    // A warning needs a person, however quiet the run is.
    let state = URL(filePath: folder.file("quiet/checkpoints/step-3/state.h5"))
    var bytes = try Foundation.Data(contentsOf: state)
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: state)
    let resumed = try CommandLineProgram.run(["resume", folder.file("quiet"), "--quiet"])
    #expect(resumed.status == 0)
    #expect(
      resumed.errors.hasPrefix("warning: ") && resumed.errors.hasSuffix("the state before it is used\n"))
    #expect(resumed.errors.split(separator: "\n").count == 1, "\(resumed.errors)")
  }

  @Test func otherKernelsThanThoseOfASaveAreToldOf() throws {
    let folder = try TemporaryFolder()
    let path = try Self.write(into: folder).recipe
    func run(_ kernels: String, _ arguments: String) throws -> CommandLineProgram.Answer {
      try CommandLineProgram.run(shell: "PACER_KERNELS=\(kernels) pacer \(arguments)", in: folder.path)
    }
    let first = try run("openblas", "run \(path) --run tiny --quiet")
    #expect(first.status == 0 && first.errors.isEmpty, "\(first.errors)")
    let same = try run("openblas", "resume tiny --quiet")
    #expect(same.status == 0 && same.errors.isEmpty, "\(same.errors)")
    let unknown = try run("abacus", "resume tiny --quiet")
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("PACER_KERNELS=abacus: this processor runs openblas"))
    // A processor with no other kernels has nothing to tell.
    let best = MatrixKernels.best.rawValue
    guard best != "openblas" else { return }
    let other = try run(best, "resume tiny --quiet")
    #expect(other.status == 0)
    #expect(
      other.errors.hasPrefix("warning: step 3 was saved on openblas kernels and goes on on \(best) kernels: ")
        && other.errors.hasSuffix("; PACER_KERNELS=openblas goes on bit for bit\n"), "\(other.errors)")
  }
}
