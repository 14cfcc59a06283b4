package import DraftData
internal import FileSystem

/// How far a run has come: with the arrays of `TrainingState`, all that a resumed run needs.
package struct RunProgress: Sendable, Equatable {
  /// The index of the current stage; the number of stages once all are done.
  package var stage: Int
  /// Optimizer steps of the current stage that are done.
  package var stageStep: Int
  /// Optimizer steps of all stages that are done.
  package var step: Int
  /// Where the data of the current stage stands; nil at its start and outside training stages.
  package var cursor: DataCursor?
  /// Labelled tokens seen in all stages.
  package var tokens: Int
  /// The best mean acceptance lengths measured while training, best first.
  package var best: [Best]

  /// A measured acceptance length.
  package struct Best: Sendable, Equatable {
    package var step: Int
    package var acceptanceLength: Double
  }

  /// The start of a run.
  package init() {
    (stage, stageStep, step, tokens) = (0, 0, 0, 0)
    best = []
  }

  /// How many stages have begun.
  package var begunStages: Int { stageStep > 0 ? stage + 1 : stage }

  /// Notes a measurement if it is among the best `count`; the earlier step stays ahead of an equal one.
  ///
  /// - Returns: whether it is.
  package mutating func note(_ measured: Best, keeping count: Int) -> Bool {
    let place = best.firstIndex { $0.acceptanceLength < measured.acceptanceLength } ?? best.count
    best.insert(measured, at: place)
    best = Array(best.prefix(count))
    return best.contains(measured)
  }

  /// One `key value` pair a line, in a fixed order.
  package var text: String {
    var lines = ["stage \(stage)", "stage_step \(stageStep)", "step \(step)", "tokens \(tokens)"]
    if let cursor { lines.append("cursor \(cursor.text)") }
    for entry in best { lines.append("best \(entry.step) \(entry.acceptanceLength.bitPattern)") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Reads `text` back.
  ///
  /// - Throws: `InputError` (bad data) naming the line that makes no sense.
  package init(text: String, file: String) throws {
    self.init()
    for (index, line) in text.split(separator: "\n").enumerated() {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      guard words.count == 2, try read(words[0], words[1]) else {
        throw InputError(
          .badData, file: file, at: .line(index + 1), key: "progress", found: "found '\(line)'",
          expected: "a line that a save of this version wrote")
      }
    }
  }

  private mutating func read(_ key: String, _ value: String) throws -> Bool {
    if key == "cursor" {
      cursor = try DataCursor(text: value)
      return true
    }
    let numbers = value.split(separator: " ").compactMap { UInt64($0) }
    guard let first = numbers.first.flatMap({ Int(exactly: $0) }) else { return false }
    switch key {
    case "stage": stage = first
    case "stage_step": stageStep = first
    case "step": step = first
    case "tokens": tokens = first
    case "best" where numbers.count == 2:
      best.append(Best(step: first, acceptanceLength: Double(bitPattern: numbers[1])))
    default: return false
    }
    return true
  }
}
