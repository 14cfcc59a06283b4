import Foundation
import TestSupport
import Testing

/// What `--plan` promises, held against what the system saw.
@Suite struct MemoryPlanTests {
  private static func recipe(recompute: Bool) -> String {
    """
    name: memory
    tokenizer: {train: {vocabulary: 1024}}
    model: {hidden: 256, layers: 6, heads: 8, ffn: 768, max_positions: 128}
    data:
      stories: {kind: synthetic, domain: stories, count: 2000}
    stages:
      - name: train
        kind: pretrain
        steps: 3
        sequence_length: 128
        batch_size: 16
        recompute: \(recompute)
        mixture: {stories: 1}
    """
  }

  @Test(arguments: [false, true])
  func theMostMemoryIsAtMostATenthMoreThanPlanned(recompute: Bool) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("memory.yaml")
    try Self.recipe(recompute: recompute).write(toFile: path, atomically: true, encoding: .utf8)
    let plan = try CommandLineProgram.run(["run", path, "--run", folder.file("plan"), "--plan", "--json"])
    let text = try #require(plan.output.firstMatch(of: /"peak_bytes": ?(\d+)/)?.1, "\(plan.output)")
    let planned = try #require(Int(text))
    let run = try CommandLineProgram.run(
      ["run", path, "--run", folder.file("run"), "--quiet"], watchingMemory: true)
    #expect(run.status == 0, "\(run.errors)")
    #expect(Double(run.peakBytes) <= 1.1 * Double(planned), "\(run.peakBytes) of \(planned) bytes")
    // A plan that promises far too much would be no help either.
    #expect(Double(run.peakBytes) >= 0.6 * Double(planned), "\(run.peakBytes) of \(planned) bytes")
  }
}
