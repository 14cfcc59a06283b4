import Autodiff
import DraftData
import Evaluation
import FileSystem
import Models
import TestSupport
import Testing
import Training

/// Runs that go on from a published model.
@Suite struct PretrainedRunTests {
  private static let drafter = repositoryRoot + "checkpoints/lab-drafter"

  private static func recipe(_ path: String, stages: String) -> String {
    """
    name: further
    target: {path: "\(repositoryRoot)checkpoints/lab-target"}
    drafter: {kind: pretrained, path: "\(path)"}
    data:
      stories: {kind: synthetic, domain: stories, count: 40}
    prompts:
      stories: {kind: file, path: "\(repositoryRoot)assets/prompts/stories.jsonl"}
    stages:
    \(stages)
    """
  }

  private static func learn(_ length: Int) -> String {
    "  - {name: learn, kind: continue, steps: 3, sequence_length: \(length), batch_size: 2, mixture: {stories: 1}, optimizer: {kind: adamw, lr: 1e-3}}"
  }
  private static let export = "  - {name: out, kind: export, formats: [engine, hf, gguf]}"

  private func weights(_ path: String) throws -> [String: [Float]] {
    let loaded = try ModelLoader.load(path: path, on: CPUBackend(threads: 1), readsTokenizer: false)
    return Dictionary(
      uniqueKeysWithValues: loaded.model.store.parameters.map { ($0.name, loaded.model.store.read($0)) })
  }

  /// Published, imported, exported in every format, and each of these imported again: no bit changes.
  @Test func everyFormatIsImportedAndExportedBitForBit() throws {
    let temporary = try TemporaryFolder()
    let original = try weights(Self.drafter)
    let first = try finishedRun(
      Self.recipe(Self.drafter, stages: Self.export), in: temporary.file("first"))
    let exports = Path.joined(first.exports, "out")
    for (index, name) in ["further.h5", "further-hf", "further.gguf"].enumerated() {
      let exported = Path.joined(exports, name)
      #expect(try weights(exported) == original, "\(name)")
      let second = try finishedRun(
        Self.recipe(exported, stages: Self.export), in: temporary.file("second-\(index)"))
      #expect(try weights(Path.joined(second.exports, "out/further.h5")) == original, "\(name)")
    }
  }

  @Test func itLearnsFromWhereItStood() throws {
    let temporary = try TemporaryFolder()
    let evaluate = "  - {name: NAME, kind: evaluate, count: 3, new_tokens: 24}"
    let folder = try finishedRun(
      Self.recipe(
        Self.drafter,
        stages: [
          evaluate.replacing("NAME", with: "before"), Self.learn(32), Self.export,
        ].joined(separator: "\n")), in: temporary.file("run"))
    var request = EvaluationRequest(drafter: Self.drafter)
    request.target = repositoryRoot + "checkpoints/lab-target"
    request.prompts = repositoryRoot + "assets/prompts/stories.jsonl"
    (request.promptCount, request.newTokens) = (3, 24)
    let report = try request.run(on: CPUBackend(threads: 1))
    let tau = try #require(report.overall.metrics.tau)
    let path = Path.joined(folder.path, "evaluations/before.json")
    let before = try JSONValue.parse(try File.readAll(path, limit: 1 << 24), file: path)
    #expect(before["tau"] == .number(tau))
    #expect(tau > 1.5)

    let (original, learnt) = (
      try weights(Self.drafter), try weights(Path.joined(folder.exports, "out/further.h5"))
    )
    for (name, values) in original {
      let moved = try #require(learnt[name])
      // Three steps of AdamW at 1e-3 move no weight by more than three times that, decay aside.
      let farthest = zip(values, moved).map { abs($0 - $1) }.max() ?? 0
      #expect(farthest > 0 && farthest < 0.02, "\(name)")
    }
  }

  @Test func aModelOfAnotherVocabularyIsRefused() throws {
    let temporary = try TemporaryFolder()
    func refusal(_ path: String, _ stages: String) throws -> InputError {
      try #require(
        #expect(throws: InputError.self) {
          try finishedRun(Self.recipe(path, stages: stages), in: temporary.file(Path.name(of: path)))
        })
    }
    let size = try refusal(repositoryRoot + "checkpoints/nano-target", Self.export)
    #expect(size.key == "drafter.path")
    #expect(size.found == "a vocabulary of 2048, the target's is 4096")

    // The ids of two tokens change places.
    let swapped = temporary.file("swapped")
    try copy(Self.drafter, to: swapped) { name, text in
      guard name == "tokenizer.json" else { return text }
      return text.replacing("\"Ġthe\":", with: "\"(swapped)\":").replacing("\"Ġwas\":", with: "\"Ġthe\":")
        .replacing("\"(swapped)\":", with: "\"Ġwas\":")
    }
    let token = try refusal(swapped, Self.export)
    #expect(token.found.hasSuffix("is 'Ġwas', in the run's tokenizer 'Ġthe'"))
  }

  @Test func longerSequencesThanItWasMadeForAreRefused() throws {
    let temporary = try TemporaryFolder()
    let error = try #require(
      #expect(throws: InputError.self) {
        try finishedRun(
          Self.recipe(Self.drafter, stages: Self.learn(1 << 19)), in: temporary.file("run"))
      })
    #expect(error.expected == "524288 or more, which the stages need")
  }

  @Test func aCutHeadIsRefused() throws {
    let temporary = try TemporaryFolder()
    let cut = Self.export.replacing(
      "formats: [engine, hf, gguf]", with: "draft_vocabulary: {size: 64, calibration: [stories]}")
    let first = try finishedRun(Self.recipe(Self.drafter, stages: cut), in: temporary.file("first"))
    let error = try #require(
      #expect(throws: InputError.self) {
        try finishedRun(
          Self.recipe(Path.joined(first.exports, "out/further.h5"), stages: Self.export),
          in: temporary.file("second"))
      })
    #expect(error.found == "its head was cut to 64 of 4096 tokens")
  }

  private func copy(_ folder: String, to other: String, _ change: (String, String) -> String) throws {
    try Directory.create(other)
    for name in try Directory.list(folder) {
      let bytes = try File.readAll(Path.joined(folder, name), limit: 1 << 26)
      let isText = name.hasSuffix(".json")
      let changed = isText ? Array(change(name, String(decoding: bytes, as: UTF8.self)).utf8) : bytes
      try DurableFile.write(changed, to: Path.joined(other, name))
    }
  }
}
