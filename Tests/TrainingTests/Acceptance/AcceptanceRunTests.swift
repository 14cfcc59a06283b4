import Autodiff
import DraftData
import Drafters
import Evaluation
import FileSystem
import TestSupport
import Testing
import Training

/// Runs that train an acceptance head over a published drafter.
@Suite struct AcceptanceRunTests {
  private static let drafter =
    "{kind: acceptance-head, path: \"\(repositoryRoot)checkpoints/nano-target\", layers: 2}"

  private static func recipe(_ drafter: String = drafter, stage: String = "acceptance: {temperature: 0.8}")
    -> String
  {
    """
    name: head
    seed: 3
    target: {path: "\(repositoryRoot)checkpoints/nano-target"}
    drafter: \(drafter)
    data:
      stories: {kind: synthetic, domain: stories, count: 60}
    prompts:
      stories: {kind: file, path: "\(repositoryRoot)assets/prompts/stories.jsonl"}
    stages:
      - name: head
        kind: align
        steps: 8
        sequence_length: 32
        batch_size: 2
        accumulation: 2
        mixture: {stories: 1}
        \(stage)
      - {name: adaptive, kind: evaluate, count: 2, new_tokens: 12, temperature: 1, draft_length: 6, stop: {kind: rejection, threshold: 0.4}}
      - {name: export, kind: export, formats: [acceptance-head]}
    checkpoint: {every_steps: 3, keep_last: 2}
    """
  }

  @Test func aRunStoppedAndResumedEndsWithTheSameBits() throws {
    try expectSameBitsInPieces(Self.recipe())
  }

  /// The run, and the drafter with the exported head beside it, measure what the run's stage measured; the checkpoint holds
  /// the head alone.
  @Test func theRunAndItsExportAreTheSameHead() throws {
    let temporary = try TemporaryFolder()
    let folder = try finishedRun(Self.recipe(), in: temporary.file("run"))
    let resolved = try ResolvedRecipe.load(text: Self.recipe(), file: "r.yaml")
    _ = try RunPlanner(resolved, folder: temporary.file("planned"), threads: 1).plan()
    let model = try TrainedModel.load(folder.path, on: CPUBackend(threads: 1)).model
    #expect(model.store.parameters.allSatisfy { $0.name.hasPrefix("model.") } && model.acceptanceHead != nil)
    let path = Path.joined(folder.path, "evaluations/adaptive.json")
    let stage = try JSONNode.parse(try File.readAll(path, limit: 1 << 24), file: path)
    let rule = StopRule.rejection(above: 0.4)
    func request(_ drafter: String) -> EvaluationRequest {
      var request = EvaluationRequest(drafter: drafter)
      request.shape = .adaptive(AdaptiveChain(maximumLength: 6, minimumLength: 2, rule: rule))
      (request.promptCount, request.newTokens, request.seed, request.temperature) = (2, 12, 3, 1)
      return request
    }
    let own = try request(folder.path).run(on: CPUBackend(threads: 2))
    #expect(try stage.required("tau").double == own.overall.metrics.tau)
    let target = repositoryRoot + "checkpoints/nano-target"
    var exported = request(target)
    exported.target = target
    exported.prompts = repositoryRoot + "assets/prompts/stories.jsonl"
    let missing = #expect(throws: InputError.self) { try exported.run(on: CPUBackend(threads: 1)) }
    #expect(missing?.expected?.contains("--acceptance-head") == true)
    exported.acceptanceHead = Path.joined(folder.path, "exports/export/head-acceptance-head")
    let beside = try exported.run(on: CPUBackend(threads: 2))
    #expect(beside.log == own.log)
    let foreign = #expect(throws: InputError.self) {
      try AcceptanceHeadFiles(try #require(exported.acceptanceHead), hiddenSize: 7)
    }
    #expect(foreign?.key == "hidden_size")
  }

  /// A folder with a drafter of hidden states, as a run exports it.
  private func published(_ drafter: String, _ format: String, in path: String) throws -> String {
    let recipe = Self.recipe(drafter, stage: "").replacing("acceptance-head]", with: "\(format)]")
      .replacing(", stop: {kind: rejection, threshold: 0.4}", with: "")
    return Path.joined(try finishedRun(recipe, in: path).path, "exports/export/head-\(format)")
  }

  /// The same over a drafter that reads the target's hidden states, whose drafts it reads one by one.
  @Test(arguments: [
    ("{kind: eagle}", "eagle"),
    ("{kind: eagle3, layers: [1, 2, 3], draft_vocabulary: {size: 500}}", "eagle3"),
  ])
  func headsOverDraftersOfHiddenStates(_ drafter: String, _ format: String) throws {
    let temporary = try TemporaryFolder()
    let base = try published(drafter, format, in: temporary.file("drafter"))
    let recipe = Self.recipe(
      "{kind: acceptance-head, path: \"\(base)\"}", stage: "acceptance: {passes: 2, temperature: 0}"
    ).replacing("temperature: 1, draft_length", with: "draft_length")
    try expectSameBitsInPieces(recipe)
    let resolved = try ResolvedRecipe.load(text: recipe, file: "r.yaml")
    let plan = try RunPlanner(resolved, folder: temporary.file("planned"), threads: 1).plan()
    let folder = try finishedRun(recipe, in: temporary.file("run"))
    let model = try TrainedModel.load(folder.path, on: CPUBackend(threads: 1)).model
    #expect(model.acceptanceHead != nil && model.featureDrafter != nil)
    #expect(model.store.parameters.allSatisfy { $0.name.hasPrefix("model.") })
    #expect(plan.trained.parameters == model.store.weightCount)
    let rule = StopRule.rejection(above: 0.4)
    func request(_ drafter: String) -> EvaluationRequest {
      var request = EvaluationRequest(drafter: drafter)
      request.target = repositoryRoot + "checkpoints/nano-target"
      request.prompts = repositoryRoot + "assets/prompts/stories.jsonl"
      request.shape = .adaptive(AdaptiveChain(maximumLength: 6, minimumLength: 2, rule: rule))
      (request.promptCount, request.newTokens, request.seed) = (2, 12, 3)
      return request
    }
    let own = try request(folder.path).run(on: CPUBackend(threads: 2))
    #expect(own.greedyEqual?.equal == 2)
    var exported = request(base)
    #expect(throws: InputError.self) { try exported.run(on: CPUBackend(threads: 1)) }
    exported.acceptanceHead = Path.joined(folder.path, "exports/export/head-acceptance-head")
    #expect(try exported.run(on: CPUBackend(threads: 2)).log == own.log)
  }

  @Test func headsOverMedusaAreRefused() throws {
    let temporary = try TemporaryFolder()
    let base = try published("{kind: medusa, heads: 6}", "medusa", in: temporary.file("drafter"))
    let recipe = Self.recipe("{kind: acceptance-head, path: \"\(base)\"}")
    let training = #expect(throws: InputError.self) {
      try finishedRun(recipe, in: temporary.file("run"))
    }
    #expect(training?.key == "drafter.path" && training?.found.contains("Medusa") == true)
    var request = EvaluationRequest(drafter: base)
    request.target = repositoryRoot + "checkpoints/nano-target"
    request.prompts = repositoryRoot + "assets/prompts/stories.jsonl"
    request.acceptanceHead = "anywhere"
    let evaluating = #expect(throws: InputError.self) { try request.run(on: CPUBackend(threads: 1)) }
    #expect(evaluating?.key == "--acceptance-head")
  }

  @Test func whatDoesNotFitIsRefusedByItsKey() throws {
    func expectError(_ recipe: String, _ key: String, line: Int = #line) {
      var found: [String] = []
      do throws(RecipeErrors) {
        _ = try ResolvedRecipe.load(text: recipe, file: "r.yaml")
      } catch {
        found = error.errors.map(\.description)
      }
      #expect(found.count == 1 && found.first?.contains(key) == true, "line \(line): \(found)")
    }
    expectError(Self.recipe(stage: "objective: {ce: 2}"), "stages[0].objective")
    expectError(Self.recipe(stage: "recompute: true"), "stages[0].recompute")
    expectError(Self.recipe(stage: "unroll: {passes: 2}"), "stages[0].unroll")
    expectError(
      Self.recipe("{kind: eagle}").replacing("acceptance-head]", with: "eagle]").replacing(
        "stop: {kind: rejection, threshold: 0.4}", with: "stop: {threshold: 0.4}"), "stages[0].acceptance")
    expectError(
      Self.recipe("{kind: eagle}", stage: "").replacing("acceptance-head]", with: "eagle]"),
      "stages[1].stop")
    expectError(Self.recipe().replacing("formats: [acceptance-head]", with: "formats: [hf]"), "formats")
  }
}
