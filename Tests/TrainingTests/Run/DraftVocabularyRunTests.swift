import Autodiff
import DraftData
import FileSystem
import Models
import TestSupport
import Testing
import Training

/// A smaller head from the recipe to the report and the exported file.
@Suite struct DraftVocabularyRunTests {
  private static let recipe = """
    name: small-head
    target: {path: "\(repositoryRoot)checkpoints/nano-target"}
    drafter: {hidden: 16, layers: 1, heads: 2, ffn: 32}
    data:
      stories: {kind: synthetic, domain: stories, count: 60}
      sums: {kind: synthetic, domain: math, count: 20}
    prompts:
      stories: {kind: file, path: "\(repositoryRoot)assets/prompts/stories.jsonl"}
    stages:
      - {name: learn, kind: pretrain, steps: 1, sequence_length: 32, batch_size: 2, mixture: {stories: 1}}
      - {name: small, kind: evaluate, count: 2, new_tokens: 8, draft_vocabulary: {size: 64}}
      - {name: whole, kind: evaluate, count: 2, new_tokens: 8}
      - {name: out, kind: export, draft_vocabulary: {size: 64}}
      - {name: other, kind: export, draft_vocabulary: {size: 64, calibration: [sums]}}
    """

  private func counted(_ domain: SyntheticSource.Domain, _ count: Int) throws -> DraftVocabulary {
    let tokenizer = try TokenizerLoader.load(path: repositoryRoot + "checkpoints/nano-target")
    let source = SyntheticSource(seed: 0, domain: domain)
    let store = try DocumentEncoder(tokenizer, scope: .responses)
      .store(of: (0..<count).map { source.document(at: $0) }).store
    var counts = [Int](repeating: 0, count: 2048)
    for (token, isLearnt) in zip(store.tokens, store.inLoss) where isLearnt { counts[Int(token)] += 1 }
    return DraftVocabulary(size: 64, counts: counts, kept: [1])
  }

  @Test func headsAreCutByWhatWasLearntOrByWhatTheRecipeNames() throws {
    let temporary = try TemporaryFolder()
    let folder = try finishedRun(Self.recipe, in: temporary.file("run"))
    func export(_ stage: String) throws -> EngineFile {
      try EngineFile(Path.joined(Path.joined(folder.exports, stage), "small-head.h5"))
    }
    let (out, other) = (try export("out"), try export("other"))
    #expect(out.configuration.draftVocabulary == (try counted(.stories, 60)))
    #expect(other.configuration.draftVocabulary == (try counted(.math, 20)))
    #expect(out.configuration.vocabularySize == 2048)
  }

  /// A file says what was measured of its own head, or nothing.
  @Test func theReportInAFileIsThatOfItsHead() throws {
    let temporary = try TemporaryFolder()
    let folder = try finishedRun(Self.recipe, in: temporary.file("run"))
    func report(_ stage: String) throws -> JSONValue {
      let path = Path.joined(folder.path, "evaluations/\(stage).json")
      return try JSONValue.parse(try File.readAll(path, limit: 1 << 24), file: path)
    }
    func acceptance(_ stage: String) throws -> JSONValue? {
      try EngineFile(Path.joined(folder.exports, "\(stage)/small-head.h5")).json("acceptance")
    }
    #expect(try acceptance("out") == report("small"))
    #expect(try acceptance("other") == nil)
    #expect(try report("small")["mbsu"] != report("whole")["mbsu"])
  }
}
