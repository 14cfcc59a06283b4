import Autodiff
import DraftData
import FileSystem
import Models
import TestSupport
import Testing
import Training

/// Runs whose target reads the texts once, for a drafter that is trained on what was kept.
@Suite("The features stage")
struct FeaturesStageTests {
  static let eagle = "{kind: eagle, layer: {ffn: 64, heads: 2, kv_heads: 2}}"
  static let medusa = "{kind: medusa, heads: 2}"
  static let eagle3 = "{kind: eagle3, layer: {ffn: 64}, layers: [1, 2, 3]}"

  static func recipe(
    _ drafter: String = eagle, states: String = "", mixture: String = "{states: 1}", target: String = "",
    data: String = ""
  ) -> String {
    """
    name: features
    seed: 3
    target: {path: "\(repositoryRoot)checkpoints/nano-target"\(target)}
    drafter: \(drafter)
    data:
      stories: {kind: synthetic, domain: stories, count: 60}
      sums: {kind: synthetic, domain: math, count: 30}
      \(data)
    stages:
      - {name: states, kind: features, sources: [stories, sums], batch_tokens: 600\(states)}
      - name: align
        kind: align
        steps: 8
        sequence_length: 64
        batch_size: 2
        accumulation: 2
        mixture: \(mixture)
        objective: {ce: 0, forward_kl: 1, teacher: online}
        unroll: {passes: 2, noise: 0.1}
    checkpoint: {every_steps: 3, keep_last: 2}
    logging: {every_steps: 1}
    """
  }

  /// Keeps what was told, and asks for an end after so many pieces of work.
  private final class Watcher: Observer {
    private(set) var losses: [Double] = []
    private(set) var sizes: [(tokens: Int, bytes: Int)] = []
    private(set) var warnings: [String] = []
    private(set) var workCount = 0
    func receive(_ event: TrainingEvent) throws(InputError) {
      switch event {
      case .step(let metrics):
        losses.append(metrics.loss)
        workCount += 1
      case .sized(_, let tokens, let bytes, _): sizes.append((tokens, bytes))
      case .advanced: workCount += 1
      case .warning(let text): warnings.append(text)
      default: break
      }
    }
  }

  /// Runs in `path`, or goes on there; stops after `limit` pieces of work.
  private func run(
    _ recipe: String, in path: String, threads: Int = 1, stoppingAfter limit: Int? = nil,
    watcher: Watcher = Watcher(), freeBytes: Int = .max
  ) throws -> RunSession.Outcome {
    let resolved = try ResolvedRecipe.load(text: recipe, file: "features.yaml")
    let folder = RunFolder(path)
    if !folder.exists {
      try folder.create(
        for: resolved, command: "test",
        provenance: try Provenance(of: resolved.recipe, version: "test", threads: threads))
    }
    return try RunSession(
      resolved, folder: folder, observer: ObserverGroup([watcher]), threads: threads,
      requests: RunRequests(stop: { limit.map { watcher.workCount >= $0 } == true ? .terminate : nil }),
      freeBytes: { _ in freeBytes }
    ).run()
  }

  private func stateHash(_ path: String) throws -> String? {
    try RunSession.newestCheckpoint(RunFolder(path)).flatMap { try DurableDirectory.verify($0)["state_hash"] }
  }

  @Test("stopped at any moment and resumed, a run leaves the same bytes", arguments: [eagle, eagle3, medusa])
  func resume(_ drafter: String) throws {
    let temporary = try TemporaryFolder()
    var recipe = Self.recipe(drafter, states: ", storage: int8, compression: 1, top_k_logits: 2")
    // Each Medusa head is a pass.
    if drafter == Self.medusa { recipe = recipe.replacing("passes: 2, ", with: "") }
    let (whole, pieces) = (temporary.file("whole"), temporary.file("pieces"))
    let watcher = Watcher()
    #expect(try run(recipe, in: whole, watcher: watcher) == .finished)
    #expect(watcher.sizes.count == 1 && watcher.losses.count == 8 && watcher.warnings == [])
    var stops = 0
    // A stop in the middle of a shard begins it anew, so that each attempt must get further.
    while try run(recipe, in: pieces, threads: 2, stoppingAfter: 4 + 5 * stops) == .stopped(.terminate) {
      stops += 1
      try #require(stops < 40, "the run makes no progress")
    }
    #expect(stops > 2)
    #expect(try stateHash(whole) == stateHash(pieces))
    let corpus = "corpora/states"
    for name in try Directory.list(whole + "/" + corpus) {
      let isSame =
        try File.readAll("\(whole)/\(corpus)/\(name)", limit: 1 << 26)
        == File.readAll("\(pieces)/\(corpus)/\(name)", limit: 1 << 26)
      #expect(isSame, "\(name)")
    }
  }

  @Test("shards that are there are not written again, and the others come out the same") func shards() throws
  {
    let temporary = try TemporaryFolder()
    let recipe = Self.recipe(Self.eagle3, states: ", storage: f32, batch_tokens: 4000")
      .replacing("count: 60", with: "count: 500").replacing("batch_tokens: 600, ", with: "")
    let (whole, pieces) = (temporary.file("whole"), temporary.file("pieces"))
    _ = try run(recipe, in: whole)
    let names = try Directory.list(whole + "/corpora/states")
    try #require(names.count > 2, "one shard: more documents are needed")
    #expect(try run(recipe, in: pieces, stoppingAfter: 0) == .stopped(.terminate))
    try Directory.create(pieces + "/corpora/states")
    let first = "/corpora/states/corpus-00000.h5"
    try DurableFile.write(try File.readAll(whole + first, limit: 1 << 28), to: pieces + first)
    let watcher = Watcher()
    #expect(try run(recipe, in: pieces, watcher: watcher) == .finished)
    for name in names {
      let isSame =
        try File.readAll("\(whole)/corpora/states/\(name)", limit: 1 << 28)
        == File.readAll("\(pieces)/corpora/states/\(name)", limit: 1 << 28)
      #expect(isSame, "\(name)")
    }
    #expect(try stateHash(whole) == stateHash(pieces))
  }

  @Test("the estimate is what is written, within the parts of the format") func estimate() throws {
    let temporary = try TemporaryFolder()
    let watcher = Watcher()
    _ = try run(Self.recipe(states: ", storage: f32"), in: temporary.file("run"), watcher: watcher)
    let path = temporary.file("run/corpora/states")
    let reader = try CorpusReader(path)
    let size = try #require(watcher.sizes.first)
    let width = try #require(reader.description.features).hiddenSize
    #expect(size.tokens == reader.tokenCount && size.bytes == reader.tokenCount * (5 + 4 * width))
    let written = try reader.byteCount()
    #expect(written > size.bytes * 9 / 10 && written < size.bytes * 11 / 10 + 100_000, "\(written)")
    #expect(reader.documentCount == 90 && reader.description.features?.states == [.final])
    let report = try Inspection.inspect(path, verify: true)
    #expect(report.kind == .features && report["storage"] == "f32" && report["documents"] == 90)
    #expect(report["layers_applied"] == .array([]) && report["final_state"] == true)
    #expect(report["bytes"] == .integer(written) && report["verified"] == true)
    let plan = try RunPlanner(
      ResolvedRecipe.load(text: Self.recipe(states: ", storage: f32"), file: "p.yaml"), folder: "runs/x",
      threads: 1
    ).plan()
    #expect(plan.stages[0].diskBytes == size.bytes && plan.stages[0].tokens == size.tokens)
    #expect(plan.stages[0].operations > 0 && plan.stages[0].seconds ?? 0 > 0)
    let online = Self.recipe(mixture: "{stories: 1, sums: 1}")
    let running = try RunPlanner(
      ResolvedRecipe.load(text: online, file: "p.yaml"), folder: "runs/x", threads: 1
    ).plan(timing: false)
    #expect(plan.stages[1].operations < running.stages[1].operations)
    let purpose = "stored states of two steps"
    #expect(plan.stages[1].memory.contains { $0.purpose == purpose && $0.bytes == 2 * 64 * 4 * width * 4 })
  }

  @Test("a disk that is too small is noticed before the target runs") func disk() throws {
    let temporary = try TemporaryFolder()
    let watcher = Watcher()
    let error = #expect(throws: InputError.self) {
      try run(Self.recipe(), in: temporary.file("run"), watcher: watcher, freeBytes: 10_000)
    }
    #expect(error?.code == .inputOutput && error?.found == "10000 bytes free on this disk")
    #expect(error?.expected?.contains("for the hidden states of") == true)
    #expect(watcher.workCount == 0 && watcher.sizes.count == 1)
  }

  @Test("documents that are too long go on in new ones, each read from its own beginning") func pieces()
    throws
  {
    let temporary = try TemporaryFolder()
    _ = try run(
      Self.recipe(states: ", max_tokens: 50, storage: f32, learn: everything"), in: temporary.file("run"))
    let cut = try CorpusReader(temporary.file("run/corpora/states"))
    _ = try run(Self.recipe(states: ", learn: everything"), in: temporary.file("whole"))
    let whole = try CorpusReader(temporary.file("whole/corpora/states"))
    #expect(cut.documentCount > whole.documentCount && cut.tokenCount == whole.tokenCount)
    #expect((0..<cut.documentCount).allSatisfy { cut.tokenCount(of: $0) <= 50 })
    #expect(try cut.tokenStore().tokens == whole.tokenStore().tokens)
    #expect(try cut.tokenStore().inLoss == whole.tokenStore().inLoss)
  }

  @Test("the teacher's entries are those of the head over the final states") func likeliest() throws {
    let temporary = try TemporaryFolder()
    _ = try run(Self.recipe(states: ", top_k_logits: 3, storage: f32"), in: temporary.file("run"))
    let document = try CorpusReader(temporary.file("run/corpora/states")).document(70)
    let backend = CPUBackend(threads: 1)
    let model = try ModelLoader.load(path: repositoryRoot + "checkpoints/nano-target", on: backend).model
    let scores = try ScoreRequest(model, on: backend).run(document.tokens)
    let teacher = try #require(document.teacher)
    #expect(teacher.indices.prefix(3) == [-1, -1, -1])
    for row in 1..<document.tokens.count {
      let top = scores.positions[row].top
      #expect(top.prefix(1).map(\.id) == [teacher.indices[row * 3]], "row \(row)")
      #expect(abs(top[0].logProbability - teacher.logProbabilities[row * 3]) < 2e-3)
    }
  }

  @Test("the states of another target are refused by name") func otherTargets() throws {
    let temporary = try TemporaryFolder()
    _ = try run(Self.recipe(), in: temporary.file("run"))
    let source = "kept: {kind: features, path: \"\(temporary.file("run/corpora/states"))\"}"
    func error(_ recipe: String, _ name: String) -> InputError? {
      #expect(throws: InputError.self) { try run(recipe, in: temporary.file(name)) }
    }
    let other = error(
      Self.recipe(mixture: "{kept: 1}", target: ", storage: int8", data: source)
        .replacing("- {name: states, kind: features, sources: [stories, sums], batch_tokens: 600}", with: ""),
      "weights")
    #expect(other?.key == "features@target_sha256")
    #expect(other?.found.contains("checkpoints/nano-target'") == true)
    let larger = error(
      Self.recipe(mixture: "{kept: 1}", data: source).replacing("nano-target", with: "lab-target"), "sizes")
    #expect(larger?.key == "features@hidden_size")
    #expect(larger?.expected?.contains("checkpoints/lab-target'") == true)
    let layers = error(Self.recipe(Self.eagle3, mixture: "{kept: 1}", data: source), "layers")
    #expect(layers?.expected?.contains("the residual after 2 layers (what comes out of layer 1") == true)
    let absent = error(Self.recipe(states: ", layers: [1, 99]"), "absent")
    #expect(absent?.key == "stages.states.layers")
  }

  @Test("corpora that training reads may be several, and are its own data source") func mixture() throws {
    let temporary = try TemporaryFolder()
    _ = try run(Self.recipe(Self.eagle3), in: temporary.file("run"))
    let source = "kept: {kind: features, path: \"\(temporary.file("run/corpora/states"))\"}"
    let watcher = Watcher()
    let recipe = Self.recipe(
      Self.eagle3, states: ", storage: bf16", mixture: "{kept: 2, states: 1}", data: source)
    #expect(try run(recipe, in: temporary.file("both"), watcher: watcher) == .finished)
    #expect(watcher.losses.count == 8 && watcher.losses.allSatisfy(\.isFinite))
  }

  @Test("what contradicts itself is refused by its key") func checks() throws {
    func errors(_ recipe: String) -> [String] {
      do throws(RecipeErrors) {
        _ = try ResolvedRecipe.load(text: recipe, file: "r.yaml")
        return []
      } catch { return error.errors.map(\.description) }
    }
    func expect(_ recipe: String, _ part: String, line: Int = #line) {
      let found = errors(recipe)
      #expect(found.count == 1 && found.first?.contains(part) == true, "line \(line): \(found)")
    }
    #expect(errors(Self.recipe()) == [])
    expect(
      Self.recipe(mixture: "{states: 1, stories: 1}"), "mixture.stories: 'stories' stores no hidden states")
    expect(Self.recipe().replacing("[stories, sums]", with: "[]"), "sources: no sources")
    expect(Self.recipe().replacing("[stories, sums]", with: "[stores]"), "no data source or earlier generate")
    expect(Self.recipe().replacing("[stories, sums]", with: "[sums, sums]"), "'sums' stands twice")
    expect(Self.recipe(states: ", layers: [2, 2]"), "layers[1]: 2 stands twice")
    expect(Self.recipe(states: ", storage: f64"), "storage")
    expect(
      Self.recipe("{hidden: 32, layers: 1, heads: 2, ffn: 64}").replacing(
        "unroll: {passes: 2, noise: 0.1}", with: ""),
      "what is trained reads none")
    expect(
      Self.recipe(
        Self.eagle3.replacing(
          "[1, 2, 3]", with: "[1, 2, 3], draft_vocabulary: {size: 99, calibration: [align]}")),
      "calibration")
  }
}
