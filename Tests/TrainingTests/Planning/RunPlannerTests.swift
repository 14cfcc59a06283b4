import FileSystem
import TestSupport
import Testing
import Training

@Suite("Run planner")
struct RunPlannerTests {
  private static let untargeted = """
    name: tiny
    tokenizer: {train: {vocabulary: 300, sources: [stories]}}
    model: {hidden: 16, layers: 1, heads: 2, ffn: 32, max_positions: 64}
    data: {stories: {kind: synthetic, domain: stories, count: 40}}
    stages:
      - name: first
        kind: pretrain
        steps: 4
        sequence_length: 32
        batch_size: 2
        accumulation: 3
        mixture: {stories: 1}
        ema: {decay: 0.9}
    checkpoint: {every_steps: 3, keep_last: 2, keep_best: 0}
    """

  private static let targeted = """
    name: small
    target: {path: \(repositoryRoot)checkpoints/nano-target}
    drafter: {hidden: 32, layers: 1, heads: 2, ffn: 64}
    prompts: {math: {kind: file, path: \(repositoryRoot)assets/prompts/math.jsonl}}
    stages:
      - {name: corpus, kind: generate, magpie: 1, tokens: 6400, max_new_tokens: 32, batch_size: 4, top_k_logits: 3}
      - name: align
        kind: align
        steps: 10
        sequence_length: 64
        batch_size: 2
        mixture: {corpus: 1}
        objective: {ce: 0.5, forward_kl: 0.5, teacher: stored}
      - {name: measure, kind: evaluate, count: 3, new_tokens: 16}
      - {name: export, kind: export, formats: [engine, hf], dtype: f16}
    """

  private func plan(_ text: String, folder: String = "runs/x", _ changes: [String] = [], timing: Bool = false)
    throws -> RunPlan
  {
    let resolved = try ResolvedRecipe.load(text: text, file: "plan.yaml", arguments: changes)
    return try RunPlanner(resolved, folder: folder, threads: 1).plan(timing: timing)
  }

  @Test("knows parameters, tokens and operations")
  func sizes() throws {
    let plan = try plan(Self.untargeted)
    let weights = 300 * 16 + 4 * 16 * 16 + 3 * 16 * 32 + 3 * 16
    #expect(plan.trained.parameters == weights && plan.trained.vocabularyParameters == 300 * 16)
    #expect(plan.target == nil && plan.tokens == 4 * 32 * 2 * 3)
    // 6 for each multiplied weight, and 12 for each element of a query head and position attended to.
    let each = 6.0 * Double(300 * 16 + 4 * 16 * 16 + 3 * 16 * 32) + 12 * 16 * 16
    #expect(plan.operations == each * Double(plan.tokens))
    let source = try #require(plan.sources.first)
    #expect(plan.sources.count == 1 && source.documents == 40 && source.tokens > 40)
    let epochs = try #require(plan.stages[0].epochs.first)
    #expect(abs(epochs.count - Double(plan.tokens) / Double(source.tokens)) < 1e-12)
  }

  @Test("counts the snapshot that saves are written from")
  func snapshot() throws {
    let plan = try plan(Self.untargeted)
    let share = try #require(plan.stages[0].memory.first { $0.purpose == "snapshot to save from" })
    // Weights, two moments, averages; the step counters of optimizer and averages.
    #expect(share.bytes == 4 * (4 * plan.trained.parameters + 2))
  }

  @Test("knows the checkpoint that the run will write, and writes nothing itself")
  func checkpoints() throws {
    let temporary = try TemporaryFolder()
    let folder = RunFolder(Path.joined(temporary.path, "run"))
    let plan = try plan(Self.untargeted, folder: folder.path)
    #expect(try Directory.list(temporary.path).isEmpty)
    #expect(plan.checkpointCount == 3)
    let resolved = try ResolvedRecipe.load(text: Self.untargeted, file: "plan.yaml")
    try folder.create(
      for: resolved, command: "test",
      provenance: try Provenance(of: resolved.recipe, version: "test", threads: 1))
    _ = try RunSession(
      resolved, folder: folder, observer: ObserverGroup([]), threads: 1
    ).run()
    let step = Path.joined(folder.checkpoints, "step-3")
    let bytes = try DurableDirectory.verify(step).files.reduce(0) { $0 + $1.size }
    let planned = plan.stages[0].checkpointBytes
    #expect(planned >= bytes && planned - bytes < 96 << 10, "planned \(planned), written \(bytes)")
  }

  @Test("plans every kind of stage, with stored teachers, and times them")
  func everyStage() throws {
    let plan = try plan(Self.targeted, timing: true)
    #expect(plan.stages.map(\.kind) == ["generate", "align", "evaluate", "export"])
    #expect(plan.target?.parameters == 1_750_240 && plan.target?.trainableParameters == 0)
    #expect(plan.stages[0].diskBytes == 6400 * (5 + 6 * 3))
    #expect(plan.stages[1].epochs.map(\.source) == ["corpus"] && plan.stages[1].epochs[0].count == 0.2)
    #expect(plan.stages[2].tokens == 48)
    #expect(plan.stages[3].diskBytes == 2 * 2 * plan.trained.parameters)
    #expect(try #require(plan.seconds) > 0)
    #expect(plan.fits && plan.peakBytes > 4 * 1_750_240)
    #expect(plan.lines.count > plan.stages.count)
  }

  @Test("says when a machine is too small, without filling it")
  func tooLarge() throws {
    let plan = try plan(
      Self.untargeted, ["model.hidden=8192", "model.layers=128", "model.ffn=32768"], timing: true)
    #expect(!plan.fits && plan.seconds == nil && plan.peakBytes > 1 << 38)
  }

  @Test("refuses what the run would refuse")
  func missing() throws {
    #expect(throws: InputError.self) { try plan(Self.targeted, ["target.path=nowhere"]) }
  }
}
