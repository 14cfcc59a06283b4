import Autodiff
import DraftData
import Evaluation
import FileSystem
import TestSupport
import Testing
import Training

/// The n-gram floor from the recipe to the report, and the same from the command line.
@Suite struct FloorTests {
  private static let recipe = """
    name: floor
    target: {path: "\(repositoryRoot)checkpoints/nano-target"}
    drafter: {hidden: 16, layers: 1, heads: 2, ffn: 32}
    data:
      stories: {kind: synthetic, domain: stories, count: 60}
      sums: {kind: synthetic, domain: math, count: 20}
    prompts:
      stories: {kind: file, path: "\(repositoryRoot)assets/prompts/stories.jsonl"}
    stages:
      - {name: one, kind: pretrain, steps: 1, sequence_length: 32, batch_size: 2, mixture: {stories: 1}}
      - {name: after-one, kind: evaluate, floor: 3, count: 4, new_tokens: 24}
      - name: two
        kind: pretrain
        steps: 1
        sequence_length: 32
        batch_size: 2
        mixture: {stories: 3, sums: 1}
      - {name: after-two, kind: evaluate, floor: 2, count: 4, new_tokens: 24}
      - {name: without, kind: evaluate, count: 2, new_tokens: 8}
    """

  private func tokenCount(_ domains: [(SyntheticSource.Domain, Int)]) throws -> Int {
    let tokenizer = try TokenizerLoader.load(path: repositoryRoot + "checkpoints/nano-target")
    let documents = domains.flatMap { domain, count in
      let source = SyntheticSource(seed: 0, domain: domain)
      return (0..<count).map { source.document(at: $0) }
    }
    return try DocumentEncoder(tokenizer).store(of: documents).store.tokenCount
  }

  @Test func aFloorCountsWhatTheTrainingStageBeforeItLearnt() throws {
    let temporary = try TemporaryFolder()
    let folder = try finishedRun(Self.recipe, in: temporary.file("run"))
    let recipe = try ResolvedRecipe.load(text: Self.recipe, file: "floor.yaml").recipe
    let result = try RunResult(recipe, folder: folder)
    let evaluations = try #require(result.json["evaluations"])
    let first = try #require(evaluations["after-one"]?["floor"])
    let second = try #require(evaluations["after-two"]?["floor"])
    #expect(first["order"] == .integer(3) && second["order"] == .integer(2))
    #expect(first["counted_tokens"] == .integer(try tokenCount([(.stories, 60)])))
    #expect(second["counted_tokens"] == .integer(try tokenCount([(.stories, 60), (.math, 20)])))
    #expect(evaluations["without"]?["floor"] == .null)
    let floors = result.lines.filter { $0.hasPrefix("  floor, ") }
    #expect(floors.count == 2 && floors[0].hasPrefix("  floor, 3-gram"))

    var request = EvaluationRequest(drafter: folder.path)
    (request.promptCount, request.newTokens, request.floor) = (4, 24, 2)
    let report = try request.run(on: CPUBackend(threads: 1))
    #expect(report.floor?.overall.metrics.tau.map { .number($0) } == second["tau"])
    request.drafter = try #require(try checkpoint(folder, step: 1))
    let earlier = try #require(try request.run(on: CPUBackend(threads: 1)).floor)
    #expect(.integer(earlier.countedTokens) == first["counted_tokens"])
  }

  private func checkpoint(_ folder: RunFolder, step: Int) throws -> String? {
    try Directory.list(folder.checkpoints).first { $0.hasSuffix("-\(step)") }.map {
      Path.joined(folder.checkpoints, $0)
    }
  }

  @Test func aModelWithoutARunNeedsATextForItsFloor() throws {
    let temporary = try TemporaryFolder()
    let text = temporary.file("text.txt")
    try DurableFile.write(Array("Once upon a time.<|endoftext|>A boat.".utf8), to: text)
    let target = repositoryRoot + "checkpoints/nano-target"
    var request = EvaluationRequest(drafter: target)
    request.target = target
    request.prompts = repositoryRoot + "assets/prompts/math.jsonl"
    (request.promptCount, request.newTokens, request.floor) = (2, 8, 4)
    let error = try #require(throws: InputError.self) { try request.run(on: CPUBackend(threads: 1)) }
    #expect(error.description.contains("--floor-text"))
    (request.floor, request.floorText) = (nil, text)
    let floor = try #require(try request.run(on: CPUBackend(threads: 1)).floor)
    let tokenizer = try TokenizerLoader.load(path: target)
    let bare = ["Once upon a time.", "A boat."].map { tokenizer.encode($0, addSpecialTokens: false).count }
    let boundaries = (tokenizer.beginOfText == nil ? 0 : 1) + (tokenizer.endOfText == nil ? 0 : 1)
    #expect(floor.order == 5 && floor.countedTokens == bare.reduce(0, +) + 2 * boundaries)
    request.floor = 0
    #expect(throws: InputError.self) { try request.run(on: CPUBackend(threads: 1)) }
  }
}
