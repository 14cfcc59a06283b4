import Autodiff
import Drafters
import FileSystem
import TestSupport
import Testing
import Training

@Suite struct FreezingRunTests {
  private static let embedding = "model.embed_tokens.weight"

  /// The weights at the end of a run of `TwoStageRun`'s recipe with changes.
  private func weights(_ changes: [String], in temporary: borrowing TemporaryFolder, _ name: String) throws
    -> [String: [Float]]
  {
    let folder = RunFolder(temporary.file(name))
    #expect(try TwoStageRun.run(folder, changes) == .finished)
    let backend = CPUBackend(threads: 1)
    let store = try TrainedModel.load(folder.path, on: backend).model.store
    return [String: [Float]](uniqueKeysWithValues: store.parameters.map { ($0.name, store.read($0)) })
  }

  @Test("leaves what a stage freezes as the stage before left it, and trains the rest")
  func frozen() throws {
    let temporary = try TemporaryFolder()
    let plain = ["stages.second.ema=null"]
    // A second stage of one step at next to no rate: what the first has left.
    let before = try weights(
      plain + ["stages.second.freeze=[]", "stages.second.steps=1", "stages.second.optimizer.lr=1e-30"],
      in: temporary, "before")
    let frozen = try weights(plain, in: temporary, "frozen")
    let open = try weights(plain + ["stages.second.freeze=[]"], in: temporary, "open")
    let part = try weights(plain + ["stages.second.freeze=[model.layers.0.]"], in: temporary, "part")
    for (name, values) in before {
      #expect((frozen[name] == values) == (name == Self.embedding), "\(name)")
      #expect(open[name] != values, "\(name)")
      #expect((part[name] == values) == name.hasPrefix("model.layers.0."), "\(name)")
    }
  }

  @Test(
    "refuses, before the first step, names that nothing has and stages without anything to train",
    arguments: [
      ("[model.embed_tokens]", "'model.embed_tokens'"), ("[lm_head.weight]", "'lm_head.weight'"),
      ("[model.]", "all 11 parameters"),
    ])
  func refused(_ entries: String, _ found: String) throws {
    let temporary = try TemporaryFolder()
    let counter = TwoStageRun.Counter()
    let error = try #require(throws: InputError.self) {
      try TwoStageRun.run(
        RunFolder(temporary.file("run")), ["stages.second.freeze=\(entries)"], observedBy: counter)
    }
    #expect(error.description.contains("stages.second.freeze") && error.description.contains(found))
    #expect(counter.count == 0)
  }
}
