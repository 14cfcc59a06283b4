import FileSystem
import TestSupport
import Testing
import Training

/// A target in fewer bytes teaches and verifies like the one in four.
@Suite struct StoredTargetTests {
  private static func recipe(_ storage: String) -> String {
    """
    name: stored
    target: {path: "\(repositoryRoot)checkpoints/nano-target", storage: \(storage)}
    drafter: {hidden: 16, layers: 1, heads: 2, ffn: 32}
    data:
      stories: {kind: synthetic, domain: stories, count: 40}
    prompts:
      stories: {kind: file, path: "\(repositoryRoot)assets/prompts/stories.jsonl"}
    stages:
      - name: align
        kind: align
        steps: 2
        sequence_length: 32
        batch_size: 2
        mixture: {stories: 1}
        objective: {ce: 0, forward_kl: 1, teacher: online}
      - {name: evaluate, kind: evaluate, count: 2, new_tokens: 16}
    logging: {every_steps: 1}
    """
  }

  private final class LossLog: Observer {
    private(set) var losses: [Double] = []
    func receive(_ event: TrainingEvent) throws(InputError) {
      if case .step(let metrics) = event { losses.append(metrics.loss) }
    }
  }

  private func losses(_ storage: String) throws -> [Double] {
    let temporary = try TemporaryFolder()
    let log = LossLog()
    _ = try finishedRun(Self.recipe(storage), in: temporary.file("run"), observedBy: [log])
    return log.losses
  }

  @Test func theLossIsNearlyTheSame() throws {
    let exact = try losses("f32")
    #expect(exact.count == 2)
    for (storage, tolerance) in [("bf16", 0.02), ("int8", 0.1)] {
      let found = try losses(storage)
      #expect(found.count == 2 && found != exact, "\(storage)")
      for (one, other) in zip(found, exact) { #expect(abs(one - other) < tolerance, "\(storage)") }
    }
  }
}
