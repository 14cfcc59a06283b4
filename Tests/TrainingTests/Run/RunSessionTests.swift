import FileSystem
import TestSupport
import Testing
import Training

@Suite struct RunSessionTests {
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
    #expect(try TwoStageRun.run(whole) == .finished)
    let expected = try #require(try stateHash(whole))

    let pieces = RunFolder(Path.joined(root, "pieces"))
    var stops = 0
    while try TwoStageRun.run(pieces, threads: 2, stoppingAfter: steps) == .stopped(.terminate) {
      stops += 1
      try #require(stops < 40, "the run makes no progress")
    }
    #expect(stops > 0)
    #expect(try stateHash(pieces) == expected)
    let name = "exports/export/tiny-hf/model.safetensors"
    let (first, second) = (Path.joined(whole.path, name), Path.joined(pieces.path, name))
    #expect(try SHA256.hash(file: first).digest == SHA256.hash(file: second).digest)
  }

  @Test func aRunThatIsStoppedSaysWhereAndHowItGoesOn() throws {
    let temporary = try TemporaryFolder()
    let (folder, counter) = (RunFolder(temporary.file("run")), TwoStageRun.Counter())
    #expect(try TwoStageRun.run(folder, stoppingAfter: 4, observedBy: counter) == .stopped(.terminate))
    #expect(counter.stops == ["4: pacer resume \(folder.path)"])
    #expect(try RunSession.resumedStep(folder) == 4)
    #expect(try TwoStageRun.run(folder, observedBy: counter) == .finished)
    #expect(counter.stops.count == 1)
  }

  @Test func aDamagedCheckpointIsSetAsideAndTheOneBeforeItUsed() throws {
    let temporary = try TemporaryFolder()
    let root = temporary.path
    let whole = RunFolder(Path.joined(root, "whole"))
    _ = try TwoStageRun.run(whole)
    let expected = try #require(try stateHash(whole))
    let damaged = RunFolder(Path.joined(root, "damaged"))
    _ = try TwoStageRun.run(damaged, stoppingAfter: 5)
    let newest = try #require(try RunSession.newestCheckpoint(damaged))
    let path = Path.joined(newest, "state.h5")
    var bytes = try File.readAll(path, limit: 1 << 24)
    bytes[bytes.count / 2] ^= 1
    try DurableFile.write(bytes, to: path)
    #expect(try TwoStageRun.run(damaged) == .finished)
    #expect(try stateHash(damaged) == expected)
  }

  @Test func aRecipeThatChangedIsRefusedByItsKey() throws {
    let temporary = try TemporaryFolder()
    let folder = RunFolder(Path.joined(temporary.path, "run"))
    _ = try TwoStageRun.run(folder, stoppingAfter: 4)
    let changed = try ResolvedRecipe.load(
      text: TwoStageRun.recipe, file: "tiny.yaml", arguments: ["stages.first.optimizer.lr=0.5"])
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
        try TwoStageRun.run(RunFolder(temporary.file(name)), absurd + changes)
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
    _ = try TwoStageRun.run(whole)
    #expect(try TwoStageRun.run(pieces, stoppingAfter: 4) == .stopped(.terminate))
    #expect(try TwoStageRun.run(pieces, ["checked=true"]) == .finished)
    #expect(try stateHash(pieces) == stateHash(whole))
  }

  @Test func aCheckpointThatIsAskedForIsSavedAndTheRunGoesOnToTheSameBits() throws {
    let temporary = try TemporaryFolder()
    let (plain, asked) = (RunFolder(temporary.file("plain")), RunFolder(temporary.file("asked")))
    let rare = ["checkpoint.every_steps=1000", "checkpoint.keep_last=9"]
    #expect(try TwoStageRun.run(plain, rare) == .finished)
    #expect(try TwoStageRun.run(asked, rare, savingAfter: 4) == .finished)
    // The ends of both stages are always saved, numbered by the step.
    #expect(try Directory.list(plain.checkpoints) == ["step-13", "step-7"])
    #expect(try Directory.list(asked.checkpoints) == ["step-13", "step-4", "step-7"])
    #expect(try stateHash(asked) == stateHash(plain))
  }

  @Test func aDiskThatCannotHoldTheCheckpointsIsRefusedBeforeTheFirstStep() throws {
    let temporary = try TemporaryFolder()
    let counter = TwoStageRun.Counter()
    func refusal(_ name: String, freeBytes: Int) throws -> InputError {
      try #require(throws: InputError.self) {
        try TwoStageRun.run(RunFolder(temporary.file(name)), observedBy: counter, freeBytes: freeBytes)
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
      try TwoStageRun.run(RunFolder(temporary.file("enough")), observedBy: counter, freeBytes: needed)
        == .finished)
    #expect(counter.largestCheckpoint <= size && counter.largestCheckpoint > size / 2)
  }
}
