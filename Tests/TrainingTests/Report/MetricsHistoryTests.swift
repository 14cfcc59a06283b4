import Charts
import FileSystem
import TestSupport
import Testing
import Training

/// The log of a run, read back while it may be written.
@Suite struct MetricsHistoryTests {
  /// What a log of steps 1 to `count` holds.
  private static func lines(_ count: Int) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let log = try MetricsLog(path: folder.file("metrics.jsonl"), every: 1)
    for step in 1...count {
      try log.receive(.step(exampleStep(step)))
      if step == min(count, exampleEvaluation.step) { try log.receive(.evaluated(exampleEvaluation)) }
    }
    return try File.readAll(folder.file("metrics.jsonl"), limit: 1 << 20)
  }

  private static func history(_ bytes: [UInt8]) throws -> MetricsHistory {
    let folder = try TemporaryFolder()
    try DurableFile.write(bytes, to: folder.file("metrics.jsonl"))
    return try MetricsHistory(folder.file("metrics.jsonl"))
  }

  @Test func whatTheLogWroteIsReadBack() throws {
    let history = try Self.history(try Self.lines(60))
    #expect(history.steps.count == 60 && history.evaluations.count == 1 && !history.hasUnfinishedLine)
    #expect(history.steps[59].stage == "align" && history.steps[59].stageStep == 10)
    #expect(history.steps[0].number("loss") == 2.5 && history.steps[0].number("grad_norm") == 0.8125)
    #expect(history.steps[0].number("nothing") == nil && history.lossTerms == ["loss/ce"])
    #expect(history.points("lr").map(\.x) == (1...60).map(Double.init))
    #expect(history.bands == [.init("pretrain", 0...50), .init("align", 50...60)])
    #expect(history.evaluations[0].tau == 2.5 && history.evaluations[0].domain == "stories")
    #expect(abs(history.seconds - 6) < 1e-9)
  }

  /// Wherever a writer is, or died: every whole line counts, and what stands behind is no error.
  @Test func aLineThatIsBeingWrittenIsPassedOver() throws {
    let bytes = try Self.lines(3)
    let ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
    for length in 0...bytes.count {
      let history = try Self.history(Array(bytes[..<length]))
      let whole = ends.count { $0 < length }
      #expect(history.steps.count + history.evaluations.count == whole)
      #expect(history.hasUnfinishedLine == (length > (whole > 0 ? ends[whole - 1] + 1 : 0)))
    }
  }

  @Test(arguments: [
    ("{\"step\":2,\"stage\":\"al", "2:"), ("nonsense", "2:1: "), ("{\"stage\":\"align\"}", "2: step: "),
    ("{\"step\":1,\"stage\":\"align\",\"stage_step\":1}", "2: step: found step 1 after step 1"), ("", "2:"),
    ("{\"step\":2,\"stage\":3,\"stage_step\":1}", "2: stage: found the number 3, expected a string"),
  ])
  func aDamagedLineInTheMiddleIsNamed(_ line: String, _ expected: String) throws {
    let whole = String(decoding: try Self.lines(3), as: UTF8.self)
    var lines = whole.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines[1] = line
    let error = try #require(throws: InputError.self) {
      try Self.history(Array(lines.joined(separator: "\n").utf8))
    }
    #expect(error.code == .badData && error.description.contains("metrics.jsonl:" + expected), "\(error)")
    #expect(error.remedy == "Remove this line")
  }

  @Test func numbersThatWereNotFiniteAreGaps() throws {
    let folder = try TemporaryFolder()
    let log = try MetricsLog(path: folder.file("metrics.jsonl"), every: 1)
    for (step, loss) in [(1, 1.0), (2, .nan), (3, .infinity), (4, 2)] {
      try log.receive(.step(exampleStep(step, loss: loss)))
    }
    #expect(try MetricsHistory(folder.file("metrics.jsonl")).points("loss").map(\.y) == [1, nil, nil, 2])
  }

  /// The clock of each process begins anew.
  @Test func theTimeOfAllProcessesIsAddedUp() throws {
    let folder = try TemporaryFolder()
    let log = try MetricsLog(path: folder.file("metrics.jsonl"), every: 1)
    for (step, elapsed) in [(1, 10.0), (2, 20), (3, 5), (4, 8)] {
      var metrics = exampleStep(step)
      metrics.elapsedSeconds = elapsed
      try log.receive(.step(metrics))
    }
    #expect(try MetricsHistory(folder.file("metrics.jsonl")).seconds == 28)
  }

  @Test func aRunThatHasNotLoggedYetHasNoSteps() throws {
    let folder = try TemporaryFolder()
    #expect(try MetricsHistory(folder.file("metrics.jsonl")).steps.isEmpty)
  }
}
