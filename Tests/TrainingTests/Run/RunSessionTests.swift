import FileSystem
import TestSupport
import Testing
import Training

@Suite struct RunSessionTests {
  private static let recipe = """
    name: tiny
    seed: 3
    tokenizer: {train: {vocabulary: 300, sources: [stories]}}
    model: {hidden: 16, layers: 1, heads: 2, ffn: 32, max_positions: 64}
    data:
      stories: {kind: synthetic, domain: stories, count: 40}
      sums: {kind: synthetic, domain: math, count: 40}
    stages:
      - {name: first, kind: pretrain, steps: 7, sequence_length: 32, batch_size: 2, mixture: {stories: 1}}
      - name: second
        kind: pretrain
        steps: 6
        sequence_length: 32
        batch_size: 2
        accumulation: 2
        mixture: {stories: 1, sums: 1}
        ema: {decay: 0.9}
        freeze: [model.embed_tokens.weight]
      - {name: export, kind: export, formats: [hf], dtype: f32}
    checkpoint: {every_steps: 3, keep_last: 2}
    """

  /// Counts optimizer steps, so that a test can ask for an end after some of them, and the bytes of checkpoints.
  private final class StepCounter: Observer {
    private(set) var count = 0
    private(set) var largestCheckpoint = 0
    func receive(_ event: TrainingEvent) throws(InputError) {
      switch event {
      case .step: count += 1
      case .checkpointSaved(_, _, let bytes, _): largestCheckpoint = max(largestCheckpoint, bytes)
      default: break
      }
    }
  }

  /// Runs in `folder`; stops after `limit` steps if there is one. Says how it ended.
  private func run(
    _ folder: RunFolder, _ changes: [String] = [], threads: Int = 1, stoppingAfter limit: Int? = nil,
    savingAfter wish: Int? = nil, observedBy counter: StepCounter = StepCounter(), freeBytes: Int = .max
  ) throws -> RunSession.Outcome {
    let resolved = try ResolvedRecipe.load(text: Self.recipe, file: "tiny.yaml", arguments: changes)
    if !folder.exists {
      let provenance = try Provenance(of: resolved.recipe, version: "test", threads: threads)
      try folder.create(for: resolved, command: "test", provenance: provenance)
    }
    var isAskedFor = wish != nil
    return try RunSession(
      resolved, folder: folder, observer: ObserverGroup([counter]), threads: threads,
      requests: RunRequests(
        stop: { limit.map { counter.count >= $0 } == true ? .terminate : nil },
        takeSave: {
          guard isAskedFor, counter.count == wish else { return false }
          isAskedFor = false
          return true
        }),
      freeBytes: { _ in freeBytes }
    ).run()
  }

  private func stateHash(_ folder: RunFolder) throws -> String? {
    guard let newest = try RunSession.newestCheckpoint(folder) else { return nil }
    let manifest = try DurableDirectory.verify(newest)
    #expect(manifest["step"] == "13")
    return manifest["state_hash"]
  }

  @Test(arguments: [1, 2, 3, 5]) func aRunStoppedAgainAndAgainEndsWithTheSameBits(_ steps: Int) throws {
    let temporary = try TemporaryFolder()
    let root = temporary.path
    let whole = RunFolder(Path.joined(root, "whole"))
    #expect(try run(whole) == .finished)
    let expected = try #require(try stateHash(whole))

    let pieces = RunFolder(Path.joined(root, "pieces"))
    var stops = 0
    while try run(pieces, threads: 2, stoppingAfter: steps) == .stopped(.terminate) {
      stops += 1
      try #require(stops < 40, "the run makes no progress")
    }
    #expect(stops > 0)
    #expect(try stateHash(pieces) == expected)
    let name = "exports/export/tiny-hf/model.safetensors"
    let (first, second) = (Path.joined(whole.path, name), Path.joined(pieces.path, name))
    #expect(try SHA256.hash(file: first).digest == SHA256.hash(file: second).digest)
  }

  @Test func aDamagedCheckpointIsSetAsideAndTheOneBeforeItUsed() throws {
    let temporary = try TemporaryFolder()
    let root = temporary.path
    let whole = RunFolder(Path.joined(root, "whole"))
    _ = try run(whole)
    let expected = try #require(try stateHash(whole))
    let damaged = RunFolder(Path.joined(root, "damaged"))
    _ = try run(damaged, stoppingAfter: 5)
    let newest = try #require(try RunSession.newestCheckpoint(damaged))
    let path = Path.joined(newest, "state.h5")
    var bytes = try File.readAll(path, limit: 1 << 24)
    bytes[bytes.count / 2] ^= 1
    try DurableFile.write(bytes, to: path)
    #expect(try run(damaged) == .finished)
    #expect(try stateHash(damaged) == expected)
  }

  @Test func aRecipeThatChangedIsRefusedByItsKey() throws {
    let temporary = try TemporaryFolder()
    let folder = RunFolder(Path.joined(temporary.path, "run"))
    _ = try run(folder, stoppingAfter: 4)
    let changed = try ResolvedRecipe.load(
      text: Self.recipe, file: "tiny.yaml", arguments: ["stages.first.optimizer.lr=0.5"])
    let session = RunSession(
      changed, folder: folder, observer: ObserverGroup([]), threads: 1)
    let error = try #require(throws: InputError.self) { try session.run() }
    #expect(error.description.contains("optimizer.lr"))
  }

  @Test func checkedNumbersNameTheOperationThatFailed() throws {
    let temporary = try TemporaryFolder()
    // The first step throws the weights so far away that the second overflows.
    let absurd = ["stages.first.optimizer.lr=1e30", "stages.first.schedule.warmup_steps=0"]
    func failure(_ name: String, _ changes: [String]) throws -> InputError {
      try #require(throws: InputError.self) {
        try run(RunFolder(temporary.file(name)), absurd + changes)
      }
    }
    let checked = try failure("checked", ["checked=true"])
    #expect(checked.code == .numeric)
    #expect(checked.key == "step 2")
    // Operation, module path and source line: `linear at layers.0.… (Autodiff/Linear.swift:31) made a …`.
    #expect(
      checked.found.contains(/^found \w+ at [\w.]+ \(\w+\/\w+\.swift:\d+\) made a non-finite/), "\(checked)")
    let fast = try failure("fast", [])
    #expect(fast.code == .numeric && fast.found.hasPrefix("found loss "), "\(fast)")
  }

  @Test func checkingMayBeginInTheMiddleAndChangesNoBit() throws {
    let temporary = try TemporaryFolder()
    let (whole, pieces) = (RunFolder(temporary.file("whole")), RunFolder(temporary.file("pieces")))
    _ = try run(whole)
    #expect(try run(pieces, stoppingAfter: 4) == .stopped(.terminate))
    #expect(try run(pieces, ["checked=true"]) == .finished)
    #expect(try stateHash(pieces) == stateHash(whole))
  }

  @Test func aCheckpointThatIsAskedForIsSavedAndTheRunGoesOnToTheSameBits() throws {
    let temporary = try TemporaryFolder()
    let (plain, asked) = (RunFolder(temporary.file("plain")), RunFolder(temporary.file("asked")))
    let rare = ["checkpoint.every_steps=1000", "checkpoint.keep_last=9"]
    #expect(try run(plain, rare) == .finished)
    #expect(try run(asked, rare, savingAfter: 4) == .finished)
    // The ends of both stages are always saved, numbered by the step.
    #expect(try Directory.list(plain.checkpoints) == ["step-13", "step-7"])
    #expect(try Directory.list(asked.checkpoints) == ["step-13", "step-4", "step-7"])
    #expect(try stateHash(asked) == stateHash(plain))
  }

  @Test func aDiskThatCannotHoldTheCheckpointsIsRefusedBeforeTheFirstStep() throws {
    let temporary = try TemporaryFolder()
    let counter = StepCounter()
    func refusal(_ name: String, freeBytes: Int) throws -> InputError {
      try #require(throws: InputError.self) {
        try run(RunFolder(temporary.file(name)), observedBy: counter, freeBytes: freeBytes)
      }
    }
    let error = try refusal("full", freeBytes: 1000)
    #expect(error.code == .inputOutput)
    #expect(error.found == "1000 bytes free on this disk")
    // Two kept as the newest, one as the best, one being written.
    let numbers = try #require(error.expected?.wholeMatch(of: /(\d+) bytes for 4 checkpoints of (\d+) bytes/))
    let (needed, size) = (try #require(Int(numbers.1)), try #require(Int(numbers.2)))
    #expect(needed == 4 * size)
    _ = try refusal("nearly", freeBytes: needed - 1)
    #expect(counter.count == 0)
    #expect(
      try run(RunFolder(temporary.file("enough")), observedBy: counter, freeBytes: needed) == .finished)
    #expect(counter.largestCheckpoint <= size && counter.largestCheckpoint > size / 2)
  }
}
