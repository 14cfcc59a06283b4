import Autodiff
import DraftData
import Drafters
import Evaluation
import FileSystem
import Models
import TestSupport
import Testing
import Training

/// Runs of drafters that read the target's hidden states.
@Suite struct FeatureRunTests {
  private static let eagle = "{kind: eagle, layer: {ffn: 64, heads: 2, kv_heads: 2}, fusion_bias: true}"
  private static let eagle3 =
    "{kind: eagle3, layer: {ffn: 64}, layers: [1, 2, 3], draft_vocabulary: {size: 500}}"

  private static let medusa = "{kind: medusa, heads: 4}"

  private static func recipe(_ drafter: String, stage: String = "", evaluate: String = "") -> String {
    """
    name: features
    seed: 3
    target: {path: "\(repositoryRoot)checkpoints/nano-target"}
    drafter: \(drafter)
    data:
      stories: {kind: synthetic, domain: stories, count: 60}
    prompts:
      stories: {kind: file, path: "\(repositoryRoot)assets/prompts/stories.jsonl"}
    stages:
      - name: align
        kind: align
        steps: 8
        sequence_length: 32
        batch_size: 2
        accumulation: 2
        mixture: {stories: 1}
        objective: {ce: 0, forward_kl: 1, top_k: 1, teacher: online}
        unroll: {\(drafter.contains("medusa") ? "" : "passes: 3, ")noise: 0.2, noise_length: 512}
        \(stage)
      - {name: tree, kind: evaluate, count: 2, new_tokens: 12, tree: {nodes: 9, depth: 2, top_k: 3}\(evaluate)}
    checkpoint: {every_steps: 3, keep_last: 2}
    evaluation: {every_steps: 4, count: 2, new_tokens: 8}
    """
  }

  @Test(arguments: [eagle, eagle3, medusa]) func aRunStoppedAndResumedEndsWithTheSameBits(_ drafter: String)
    throws
  {
    try expectSameBitsInPieces(Self.recipe(drafter, stage: "ema: {decay: 0.9}"))
  }

  /// A run folder is evaluated as it was by its own stage; the draft vocabulary is part of it.
  @Test(arguments: [eagle, eagle3, medusa]) func evaluatingARunMeasuresWhatItsStageMeasured(_ drafter: String)
    throws
  {
    let temporary = try TemporaryFolder()
    let recipe = Self.recipe(drafter).replacing("every_steps: 4", with: "every_steps: 400")
    let folder = try finishedRun(recipe, in: temporary.file("run"))
    let path = Path.joined(folder.path, "evaluations/tree.json")
    let stage = try JSONValue.parse(try File.readAll(path, limit: 1 << 24), file: path)
    var request = EvaluationRequest(drafter: folder.path)
    request.shape = .dynamic(try TreeSize(nodeCount: 9, depth: 2, topK: 3))
    (request.promptCount, request.newTokens, request.seed) = (2, 12, 3)
    let report = try request.run(on: CPUBackend(threads: 2))
    #expect(stage["tau"] == .number(try #require(report.overall.metrics.tau)))
    #expect(report.overall.metrics.verifiedNodes == 8)
    #expect(report.greedyEqual?.equal == 2)
    // Rules for several candidates, on what its drafts met.
    request.candidates = 3
    #expect(throws: InputError.self) { try request.run(on: CPUBackend(threads: 2)) }
    request.temperature = 1
    for shape in [request.shape, .chain(3)] {
      request.shape = shape
      let sampled = try request.run(on: CPUBackend(threads: 2))
      let compared = try #require(sampled.candidates)
      #expect(compared.judged >= sampled.log.prompts.flatMap(\.cycles).count && compared.rules.count == 5)
      for rule in compared.rules where !rule.rule.hasSuffix("without replacement") {
        #expect(rule.acceptance > 0 && rule.acceptance <= (rule.bound ?? 1) + 1e-6, "\(rule)")
      }
    }
    let generate = #expect(throws: InputError.self) {
      try TrainedModel.load(folder.path, on: CPUBackend(threads: 1)).languageModel()
    }
    #expect(generate?.found.contains("hidden states") == true)
  }

  /// What is asked of an evaluation may be longer than anything that the recipe's stages needed.
  @Test func evaluatingFurtherThanTheStagesWentNeedsNoMoreThanASetting() throws {
    let temporary = try TemporaryFolder()
    let folder = try finishedRun(Self.recipe(Self.eagle), in: temporary.file("run"))
    var request = EvaluationRequest(drafter: folder.path)
    request.shape = .dynamic(try TreeSize(nodeCount: 30, depth: 3, topK: 5))
    (request.promptCount, request.newTokens) = (1, 700)
    #expect(try request.run(on: CPUBackend(threads: 2)).overall.metrics.promptCount == 1)
  }

  /// A head may begin as the target's rows of its vocabulary, which is known when the texts are; a learning rate of next to
  /// nothing leaves it so.
  @Test func aHeadBeginsAsTheTargetsRows() throws {
    let temporary = try TemporaryFolder()
    let drafter = Self.eagle3.replacing("size: 500}", with: "size: 500}, head: target")
    let recipe = Self.recipe(drafter, stage: "optimizer: {kind: sgd, lr: 1e-30}")
    let folder = try finishedRun(recipe, in: temporary.file("run"))
    let trained = try TrainedModel.load(folder.path, on: CPUBackend(threads: 1))
    guard case .features(let drafter) = trained.model else { return #expect(Bool(false)) }
    let target = try ModelLoader.load(
      path: repositoryRoot + "checkpoints/nano-target", on: CPUBackend(threads: 1)
    ).model
    let ids = try #require(drafter.draftVocabulary).targetIDs
    #expect(drafter.store.read(drafter.head(of: 0)) == target.store.rows(of: target.head, ids))
    #expect(drafter.headRowCount == 500 && ids != Array(0..<500))
  }

  /// The target stays whole and outside: checkpoints hold the drafter alone.
  @Test func whatIsSharedIsNeitherTrainedNorSaved() throws {
    let temporary = try TemporaryFolder()
    let folder = try finishedRun(Self.recipe(Self.eagle), in: temporary.file("run"))
    let model = try TrainedModel.load(folder.path, on: CPUBackend(threads: 1)).model
    #expect(model.store.parameters.allSatisfy { !$0.name.contains("embed") && !$0.name.contains("lm_head") })
    #expect(model.store.trainableWeightCount == model.store.weightCount)
  }

  /// A small head costs nothing but what it cannot propose; one of the target's rows is cut from a copy of them.
  @Test(arguments: [eagle, eagle3.replacing(", draft_vocabulary: {size: 500}", with: "")])
  func aStageMeasuresAndExportsASmallHead(_ drafter: String) throws {
    let temporary = try TemporaryFolder()
    let kind = drafter.hasPrefix("{kind: eagle3") ? "eagle3" : "eagle"
    let vocabulary = ", draft_vocabulary: {size: 64}"
    let recipe =
      Self.recipe(drafter, evaluate: vocabulary).replacing(
        "checkpoint:",
        with: "  - {name: export, kind: export, formats: [\(kind)]\(vocabulary)}\ncheckpoint:")
    let folder = try finishedRun(recipe, in: temporary.file("run"))
    let path = Path.joined(folder.path, "evaluations/tree.json")
    let stage = try JSONValue.parse(try File.readAll(path, limit: 1 << 24), file: path)
    #expect(stage["greedy_equal"] == ["different": 0, "equal": 2, "ties": 0])
    let exported = try TrainedModel.load(
      Path.joined(folder.path, "exports/export/features-\(kind)"), on: CPUBackend(threads: 1),
      target: repositoryRoot + "checkpoints/nano-target")
    #expect(exported.model.headRowCount == 64)
    // It can be planned and trained further with the head that it has.
    let further = Self.recipe("{kind: \(kind), path: \"\(exported.path)\"}")
    let resolved = try ResolvedRecipe.load(text: further, file: "r.yaml")
    _ = try RunPlanner(resolved, folder: temporary.file("planned"), threads: 1).plan()
    let again = try finishedRun(further, in: temporary.file("again"))
    #expect(try TrainedModel.load(again.path, on: CPUBackend(threads: 1)).model.headRowCount == 64)
  }

  @Test func whatDoesNotFitIsRefusedByItsKey() throws {
    func errors(_ recipe: String) -> [String] {
      do throws(RecipeErrors) {
        _ = try ResolvedRecipe.load(text: recipe, file: "r.yaml")
        return []
      } catch {
        return error.errors.map(\.description)
      }
    }
    func expectError(_ recipe: String, _ key: String, line: Int = #line) {
      let found = errors(recipe)
      #expect(found.count == 1 && found.first?.contains(key) == true, "line \(line): \(found)")
    }
    #expect(errors(Self.recipe(Self.eagle)) == [])
    expectError(Self.recipe("{hidden: 32, layers: 1, heads: 2, ffn: 64}"), "unroll")
    expectError(Self.recipe(Self.eagle, stage: "recompute: true"), "recompute")
    expectError(Self.recipe(Self.eagle).replacing("noise: 0.2, ", with: ""), "noise_length")
    expectError(
      Self.recipe(Self.eagle).replacing("depth: 2", with: "depth: 0"), "tree.nodes")
    expectError(
      Self.recipe(Self.eagle).replacing(
        "tree: {nodes: 9, depth: 2, top_k: 3}",
        with: "tree: {kind: static, candidates: with-replacement}"), "tree.candidates")
    expectError(
      Self.recipe(Self.eagle3, evaluate: ", draft_vocabulary: {size: 64}"), "draft_vocabulary")
    let whole = Self.eagle3.replacing(", draft_vocabulary: {size: 500}", with: "")
    for drafter in [whole, Self.eagle] {
      #expect(errors(Self.recipe(drafter, evaluate: ", draft_vocabulary: {size: 64}")) == [])
    }
    expectError(
      Self.recipe(Self.eagle3.replacing("size: 500", with: "size: 500, calibration: [nothing]")),
      "calibration")
    let stop = ", stop: {threshold: 0.5}"
    expectError(Self.recipe(Self.eagle, evaluate: stop), "stages[1].stop")
    let chain = Self.recipe(Self.eagle, evaluate: ", stop: {min_length: 5}").replacing(
      "tree: {nodes: 9, depth: 2, top_k: 3}, ", with: "")
    expectError(chain, "stages[1].stop.min_length")
    #expect(errors(chain.replacing("min_length: 5", with: "min_length: 4")) == [])
    let deep = Self.recipe(Self.medusa).replacing("noise:", with: "passes: 3, noise:")
    expectError(deep, "stages[0].unroll.passes")
    expectError(
      Self.recipe(Self.medusa.replacing("4", with: "2")).replacing(
        "new_tokens: 8", with: "new_tokens: 8, draft_length: 2"),
      "stages[1].tree")
    let temporary = try TemporaryFolder()
    let layers = #expect(throws: InputError.self) {
      try finishedRun(
        Self.recipe(Self.eagle3.replacing("[1, 2, 3]", with: "[1, 2, 99]")), in: temporary.file("run"))
    }
    #expect(layers?.key == "drafter.layers")
  }
}
