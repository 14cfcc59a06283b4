import FileSystem
import Foundation
import Testing
import Training

@Suite struct MetricsLogTests {
  private func lines(_ path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  @Test func everyTenthStepAndTheLastOfAStageGetALine() throws {
    try withScratchFolder { folder in
      let path = folder + "/metrics.jsonl"
      let log = try MetricsLog(path: path, every: 10)
      for step in 1...57 { try log.receive(.step(exampleStep(step))) }
      try log.receive(.evaluated(exampleEvaluation))
      let written = try lines(path)
      #expect(written.count == 6)
      #expect(
        written[0]
          == #"{"step":10,"stage":"pretrain","stage_step":10,"loss":2.5,"loss/ce":2.5,"acceptance":0.5,"lr":0.0003,"#
          + #""grad_norm":0.8125,"tokens":10240,"tok_s":10240.0,"step_s":0.1,"data_wait_s":0.0,"#
          + #""save_wait_s":0.0,"rss_mib":300,"t":1.0}"#)
      #expect(
        written[5]
          == #"{"step":50,"stage":"evaluate","eval":"full","domain":"stories","tau":2.5,"acceptance_rate":0.375,"#
          + #""speedup":1.25,"eval_s":3.0}"#)
    }
  }

  @Test func waitsOfStepsBetweenTwoLinesAreAddedUp() throws {
    try withScratchFolder { folder in
      let log = try MetricsLog(path: folder + "/m.jsonl", every: 4)
      for step in 1...8 {
        var metrics = exampleStep(step)
        (metrics.dataWaitSeconds, metrics.saveWaitSeconds) = (0.25, step == 6 ? 0.5 : 0)
        try log.receive(.step(metrics))
      }
      let written = try lines(folder + "/m.jsonl")
      #expect(written[0].contains(#""data_wait_s":1.0,"save_wait_s":0.0,"#))
      #expect(written[1].contains(#""data_wait_s":1.0,"save_wait_s":0.5,"#))
    }
  }

  @Test func aResumedRunWritesNoStepTwice() throws {
    try withScratchFolder { folder in
      let path = folder + "/metrics.jsonl"
      let first = try MetricsLog(path: path, every: 1)
      for step in 1...9 { try first.receive(.step(exampleStep(step))) }
      let torn = try FileHandle(forWritingTo: URL(filePath: path))
      try torn.seekToEnd()
      try torn.write(contentsOf: Foundation.Data(#"{"step":10,"sta"#.utf8))
      try torn.close()
      let second = try MetricsLog(path: path, every: 1, resumedStep: 5)
      for step in 6...8 { try second.receive(.step(exampleStep(step))) }
      let steps = try lines(path).map { $0.prefix { $0 != "," } }
      #expect(steps == (1...8).map { #"{"step":\#($0)"# })
    }
  }

  @Test func whatIsNotFiniteBecomesNull() throws {
    try withScratchFolder { folder in
      let log = try MetricsLog(path: folder + "/m.jsonl", every: 1)
      try log.receive(.step(exampleStep(1, loss: .nan)))
      #expect(try lines(folder + "/m.jsonl")[0].contains(#""loss":null,"loss/ce":null"#))
    }
  }

  @Test func aFailingLogIsGivenUpAndTheOthersHearOfIt() throws {
    try withScratchFolder { folder in
      let shown = Shown()
      let group = ObserverGroup([FailingObserver(), shown])
      group.receive(.step(exampleStep(1)))
      group.receive(.step(exampleStep(2)))
      #expect(shown.events.count == 3)
      #expect(shown.events[1] == .warning("a log is given up: disk: full"))
    }
  }
}

private final class FailingObserver: Observer {
  func receive(_ event: TrainingEvent) throws(InputError) {
    throw InputError(.inputOutput, file: "disk", found: "full")
  }
}

private final class Shown: Observer {
  var events: [TrainingEvent] = []
  func receive(_ event: TrainingEvent) throws(InputError) { events.append(event) }
}
