internal import FileSystem

/// What `log.txt` tells of a run beside its steps, in the words that `ProgressText` finds for events.
package struct LogHistory: Sendable {
  /// How the last process that worked on the run ended, as far as it could say so.
  package enum Ending: Sendable, Equatable {
    case finished(duration: String)
    case stopped(step: String)
  }

  /// The first batch of a training stage.
  package struct FirstBatch: Sendable, Equatable {
    package let stage: String
    /// `1,703 of 2,048 tokens`
    package let counts: String
    /// What is learnt stands between ⟦ and ⟧.
    package let text: String

    /// A batch as the log tells of it.
    package init(stage: String, counts: String, text: String) {
      (self.stage, self.counts, self.text) = (stage, counts, text)
    }
  }

  /// Parameters of what is trained, and of the target, with separators between thousands.
  package private(set) var parameters: String?
  package private(set) var targetParameters: String?
  /// Processes that have worked on the run.
  package private(set) var starts = 0
  package private(set) var ending: Ending?
  /// How long each stage took that has come to its end.
  package private(set) var durations: [(stage: String, duration: String)] = []
  /// Where the time of each training stage went: `data 0.0 %, saves 0.1 % of the step time`.
  package private(set) var waits: [(stage: String, shares: String)] = []
  package private(set) var firstBatches: [FirstBatch] = []
  package private(set) var warnings: [String] = []

  private static let largestLog = 1 << 32

  /// Reads a log; nil where there is none.
  package init?(_ path: String) throws {
    guard Directory.kind(of: path) != nil else { return nil }
    let text = String(decoding: try File.readAll(path, limit: Self.largestLog), as: UTF8.self)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    while let line = lines.popFirst() {
      // Progress is told better by the metrics, and is most of the log.
      if line.hasPrefix("step ") { continue }
      if let first = line.wholeMatch(of: /first batch of (.+): (\S+ of \S+ tokens) are learnt.*/) {
        note(
          FirstBatch(
            stage: String(first.1), counts: String(first.2), text: String(lines.first?.dropFirst(2) ?? "")))
      } else {
        take(line)
      }
    }
  }

  private mutating func take(_ line: Substring) {
    if line.hasPrefix("warning: ") {
      warnings.append(String(line.dropFirst("warning: ".count)))
    } else if let start = line.firstMatch(of: /^run .*: ([\d,]+) parameters/) {
      (starts, ending) = (starts + 1, nil)
      parameters = String(start.1)
      targetParameters = line.firstMatch(of: /, target ([\d,]+) parameters/).map { String($0.1) }
    } else if let finish = line.wholeMatch(of: /finished: \d+ steps in (\S+)/) {
      ending = .finished(duration: String(finish.1))
    } else if let stop = line.firstMatch(of: /^stopped after step (\d+);/) {
      ending = .stopped(step: String(stop.1))
    } else if let done = line.wholeMatch(of: /(\S.*) done in (\S+)/) {
      durations.removeAll { $0.stage == done.1 }
      durations.append((String(done.1), String(done.2)))
    } else if let waits = line.wholeMatch(of: /(\S.*): (data [\d.]+ %, .* of the step time)/) {
      self.waits.removeAll { $0.stage == waits.1 }
      self.waits.append((String(waits.1), String(waits.2)))
    }
  }

  /// A stage that was interrupted shows its next batch again; the first one is kept.
  private mutating func note(_ batch: FirstBatch) {
    if !firstBatches.contains(where: { $0.stage == batch.stage }) { firstBatches.append(batch) }
  }
}
