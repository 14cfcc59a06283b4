import DraftData
import FileSystem
import TestSupport
import Testing
import Training

/// `log.txt`, read back in the words in which it is written.
@Suite struct LogHistoryTests {
  private static let sizes = RunSizes(
    folder: "runs/a: b", parameters: 708_992, trainableParameters: 700_000, targetParameters: 6_164_736,
    steps: 100, tokens: 1000)

  private static let preview = BatchPreview(
    runs: [.init("warning: <b>", isLearnt: false), .init("finished\n", isLearnt: true)], tokenCount: 2048,
    learntTokenCount: 1703)

  private static func history(_ events: [TrainingEvent]) throws -> LogHistory {
    let folder = try TemporaryFolder()
    let log = try TextLog(path: folder.file("log.txt"), every: 1, draftLength: 4)
    for event in events { try log.receive(event) }
    return try #require(try LogHistory(folder.file("log.txt")))
  }

  @Test func whatTheLogWroteIsReadBack() throws {
    let history = try Self.history([
      .started(Self.sizes),
      .stageStarted(.init(name: "align", kind: "align", number: 1, count: 2, steps: 50)),
      .firstBatch(stage: "align", Self.preview), .step(exampleStep(1)), .warning("steep: <script>"),
      .trained(stage: "align", TrainingTimes()), .stageFinished(name: "align", seconds: 65),
      .finished(step: 100, seconds: 125),
    ])
    #expect(history.parameters == "708,992" && history.targetParameters == "6,164,736")
    #expect(history.starts == 1 && history.ending == .finished(duration: "2m05s"))
    #expect(history.durations.map(\.stage) == ["align"] && history.durations.map(\.duration) == ["1m05s"])
    #expect(history.waits.map(\.shares) == ["data 0.0 %, saves 0.0 % of the step time"])
    #expect(history.warnings == ["steep: <script>"])
    #expect(
      history.firstBatches == [
        .init(
          stage: "align", counts: "1,703 of 2,048 tokens", text: "warning: <b>⟦finished\\u{a}⟧")
      ])
  }

  @Test func aRunThatGoesOnHasNotEnded() throws {
    let stopped = TrainingEvent.stopped(step: 7, resumeCommand: "pacer resume runs/a")
    #expect(try Self.history([.started(Self.sizes), stopped]).ending == .stopped(step: "7"))
    let resumed = try Self.history([.started(Self.sizes), stopped, .started(Self.sizes)])
    #expect(resumed.ending == nil && resumed.starts == 2)
  }

  @Test func theStateOfARunIsThatOfItsLockAndItsLog() throws {
    let temporary = try TemporaryFolder()
    let folder = RunFolder(temporary.path)
    #expect(try RunLock.holder(of: folder.path) == nil)
    do {
      let lock = try RunLock(folder: folder.path)
      #expect(
        try RunLock.holder(of: folder.path)
          == "process \(ProcessFacts.identifier) on \(ProcessFacts.hostName)")
      // Asking takes nothing away.
      #expect(throws: InputError.self) { _ = try RunLock(folder: folder.path) }
      withExtendedLifetime(lock) {}
    }
    #expect(try RunLock.holder(of: folder.path) == nil)
    #expect(RunState(nil) == .interrupted)
    #expect(RunState(try Self.history([.started(Self.sizes)])) == .interrupted)
    #expect(RunState(try Self.history([.finished(step: 1, seconds: 1)])) == .finished)
  }
}
