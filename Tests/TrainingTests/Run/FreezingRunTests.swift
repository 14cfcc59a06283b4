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

  @Test("lets parameters learn at shares of the rate, the longest name first")
  func rates() throws {
    let temporary = try TemporaryFolder()
    // A second stage of one plain step without momentum: each weight moves by its rate times its gradient.
    let step = [
      "stages.second.ema=null", "stages.second.freeze=[]", "stages.second.steps=1",
      "stages.second.optimizer={kind: sgd, lr: 0.5, momentum: 0}", "stages.second.schedule={kind: constant}",
    ]
    let before = try weights(
      step + ["stages.second.optimizer={kind: sgd, lr: 0, momentum: 0}"], in: temporary, "before")
    let whole = try weights(step, in: temporary, "whole")
    let name = "model.layers.0.mlp.up_proj.weight"
    let parts = try weights(
      step + ["stages.second.rates=[{name: model.layers., share: 0.5}, {name: \(name), share: 0.25}]"],
      in: temporary, "parts")
    for (parameter, values) in before {
      let share: Float = parameter == name ? 0.25 : parameter.hasPrefix("model.layers.") ? 0.5 : 1
      let (full, part) = (whole[parameter] ?? [], parts[parameter] ?? [])
      #expect(full != values, "\(parameter)")
      for (index, value) in values.enumerated() {
        let wanted = share * (full[index] - value)
        #expect(abs(part[index] - value - wanted) <= 1e-6 + 1e-3 * abs(wanted), "\(parameter)")
      }
    }
  }

  @Test(
    "refuses, before the first step, names that nothing has and stages without anything to train",
    arguments: [
      ("[model.embed_tokens]", "'model.embed_tokens'"), ("[lm_head.weight]", "'lm_head.weight'"),
      ("[model.]", "all 11 parameters"),
    ])
  func refused(_ entries: String, _ found: String) throws {
    let error = try refusal(["stages.second.freeze=\(entries)"])
    #expect(error.contains("stages.second.freeze") && error.contains(found))
  }

  @Test("refuses rates of what is not there, or not trained")
  func refusedRates() throws {
    let unknown = try refusal(["stages.second.rates=[{name: lm_head.weight, share: 0.5}]"])
    #expect(unknown.contains("stages.second.rates") && unknown.contains("'lm_head.weight'"))
    // What the recipe's second stage freezes.
    let frozen = try refusal(["stages.second.rates=[{name: \(Self.embedding), share: 0.5}]"])
    #expect(frozen.contains("stages.second.rates") && frozen.contains("'\(Self.embedding)'"))
  }

  @Test("refuses two rates of one name when the recipe is read")
  func twoRates() {
    let error = #expect(throws: RecipeErrors.self) {
      try ResolvedRecipe.load(
        text: TwoStageRun.recipe, file: "tiny.yaml",
        arguments: ["stages.first.rates=[{name: model., share: 0.5}, {name: model., share: 0.25}]"])
    }
    #expect(error?.errors.first?.description.contains("rates[1].name") == true)
  }

  private func refusal(_ changes: [String]) throws -> String {
    let temporary = try TemporaryFolder()
    let counter = TwoStageRun.Counter()
    let error = try #require(throws: InputError.self) {
      try TwoStageRun.run(RunFolder(temporary.file("run")), changes, observedBy: counter)
    }
    #expect(counter.count == 0)
    return error.description
  }
}
