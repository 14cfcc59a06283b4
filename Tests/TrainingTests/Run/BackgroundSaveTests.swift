import FileSystem
import Glibc
import TestSupport
import Testing
import Training

/// Saves that are written while training goes on are those of a run that waited for each.
@Suite struct BackgroundSaveTests {
  private static let everyStep = ["checkpoint.every_steps=1", "checkpoint.keep_last=20"]

  private func stateHash(_ folder: RunFolder, _ step: Int) throws -> String? {
    try DurableDirectory.verify(Path.joined(folder.checkpoints, "step-\(step)"))["state_hash"]
  }

  @Test func savesInARowKeepTheirOrderAndHoldTheMomentTheyWereTakenAt() throws {
    let temporary = try TemporaryFolder()
    let (flowing, waiting) = (RunFolder(temporary.file("flowing")), RunFolder(temporary.file("waiting")))
    let counter = TwoStageRun.Counter()
    #expect(try TwoStageRun.run(flowing, Self.everyStep, threads: 2, observedBy: counter) == .finished)
    #expect(counter.saved == Array(1...13) && counter.broken.isEmpty)
    // A run that ends after each step waits for each of its saves.
    while try TwoStageRun.run(waiting, Self.everyStep, stoppingAfter: 1) == .stopped(.terminate) {}
    for step in 1...13 {
      #expect(try stateHash(flowing, step) == stateHash(waiting, step), "step \(step)")
    }
  }

  @Test(arguments: [1, 4, 8]) func whatIsInFlightWhenAStopIsAskedForIsCommitted(_ steps: Int) throws {
    let temporary = try TemporaryFolder()
    let folder = RunFolder(temporary.file("run"))
    let counter = TwoStageRun.Counter()
    let outcome = try TwoStageRun.run(folder, Self.everyStep, stoppingAfter: steps, observedBy: counter)
    #expect(outcome == .stopped(.terminate))
    #expect(counter.saved == Array(1...steps) && counter.broken.isEmpty)
    #expect(
      try DurableDirectory.numbered(in: folder.checkpoints, prefix: "step-").map(\.number)
        == Array(1...steps))
    #expect(try !Directory.list(folder.checkpoints).contains(where: TemporaryName.isLitter))
  }

  @Test func keepingFewNeverTakesWhatIsBeingWritten() throws {
    let temporary = try TemporaryFolder()
    let folder = RunFolder(temporary.file("run"))
    let counter = TwoStageRun.Counter()
    let few = ["checkpoint.every_steps=1", "checkpoint.keep_last=1"]
    #expect(try TwoStageRun.run(folder, few, observedBy: counter) == .finished)
    #expect(counter.saved == Array(1...13) && counter.broken.isEmpty)
    #expect(try Directory.list(folder.checkpoints) == ["step-13"])
  }

  @Test(arguments: [FileOperation.makeDirectory, .create, .sync, .rename])
  func aSaveThatFailsEndsTheRunAtALaterStepWithItsError(_ operation: FileOperation) throws {
    let temporary = try TemporaryFolder(inMemory: true)
    let (whole, failing) = (RunFolder(temporary.file("whole")), RunFolder(temporary.file("failing")))
    #expect(try TwoStageRun.run(whole) == .finished)
    let counter = TwoStageRun.Counter()
    let error = try #require(throws: InputError.self) {
      try FaultInjector.$current.withValue(FaultInjector(.error(ENOSPC), in: operation, ofPathWith: "step-3"))
      {
        try TwoStageRun.run(failing, observedBy: counter)
      }
    }
    #expect(error.code == .inputOutput && error.file?.contains("step-3") == true, "\(error)")
    // The save of step 6 is the last that could have been begun before somebody noticed.
    #expect((3...6).contains(counter.count) && counter.saved.isEmpty)
    #expect(try Directory.list(failing.checkpoints).isEmpty)
    #expect(try TwoStageRun.run(failing) == .finished)
    #expect(try stateHash(failing, 13) == stateHash(whole, 13))
  }

  @Test func whatBecameOfASaveIsToldEvenWhenTheNextStepFails() throws {
    let temporary = try TemporaryFolder(inMemory: true)
    // The first step throws the weights so far away that the second overflows.
    let absurd = ["stages.first.optimizer.lr=1e30", "stages.first.schedule.warmup_steps=0"]
    func failure(_ name: String, _ injector: FaultInjector) throws -> (InputError, TwoStageRun.Counter) {
      let counter = TwoStageRun.Counter()
      let error = try #require(throws: InputError.self) {
        try FaultInjector.$current.withValue(injector) {
          try TwoStageRun.run(
            RunFolder(temporary.file(name)), absurd + ["checkpoint.every_steps=1"], observedBy: counter)
        }
      }
      return (error, counter)
    }
    let (error, counter) = try failure("saved", FaultInjector())
    #expect(error.code == .numeric)
    #expect(counter.saved == [1] && counter.broken.isEmpty && counter.warnings.isEmpty)

    let (sameError, failing) = try failure(
      "unsaved", FaultInjector(.error(EIO), in: .sync, ofPathWith: "step-1"))
    #expect(sameError.code == .numeric && failing.saved.isEmpty)
    #expect(failing.warnings.count == 1 && failing.warnings[0].contains("step-1"), "\(failing.warnings)")
  }

  @Test func theTimesOfTrainingAreToldAtTheEndOfEachStage() throws {
    let temporary = try TemporaryFolder()
    let counter = TwoStageRun.Counter()
    #expect(
      try TwoStageRun.run(RunFolder(temporary.file("run")), Self.everyStep, observedBy: counter)
        == .finished)
    #expect(counter.trained.map(\.stage) == ["first", "second"])
    for (_, times) in counter.trained {
      #expect(times.stepSeconds > 0 && times.dataWaitSeconds >= 0 && times.saveWaitSeconds > 0)
      #expect(times.dataShare < 1 && times.saveShare > 0 && times.saveShare < 1)
    }
  }
}
