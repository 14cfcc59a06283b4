package import Charts
internal import DraftData
internal import FileSystem

/// What `metrics.jsonl` tells of a run, which may be writing it.
package struct MetricsHistory: Sendable {
  /// A logged step, with its numbers under the names that `MetricsLog` gives them.
  package struct Step: Sendable {
    package let step: Int
    package let stage: String
    /// Counted inside the stage, from 1.
    package let stageStep: Int
    fileprivate let numbers: JSONObject

    /// A number; nil where the line has none under this name, or one that was not finite.
    package func number(_ key: String) -> Double? {
      switch numbers[key] {
      case .number(let value): value
      case .integer(let value): Double(value)
      default: nil
      }
    }
  }

  /// A measurement of acceptance.
  package struct Evaluation: Sendable {
    package let step: Int
    package let stage: String
    /// Whether it was a short one while training.
    package let isBrief: Bool
    package let domain: String
    package let tau: Double?
  }

  package private(set) var steps: [Step] = []
  package private(set) var evaluations: [Evaluation] = []
  /// Whether the last line has no end: it is being written, or its writer died.
  package private(set) var hasUnfinishedLine = false

  private static let largestLog = 1 << 32

  /// Reads a log; one that is not there yet has no steps. A last line without its end is passed over.
  ///
  /// - Throws: `InputError` naming the line that is no line of such a log.
  package init(_ path: String) throws {
    guard Directory.kind(of: path) != nil else { return }
    let bytes = try File.readAll(path, limit: Self.largestLog)
    var (start, number) = (0, 1)
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      do {
        try take(
          JSONNode(
            try JSONValue.parse(bytes, in: start..<end, file: path, firstLine: number), file: path))
      } catch var error as InputError {
        error.position = error.position ?? .line(number)
        error.remedy = error.remedy ?? "Remove this line"
        throw error
      }
      (start, number) = (end + 1, number + 1)
    }
    hasUnfinishedLine = start < bytes.count
  }

  private mutating func take(_ line: JSONNode) throws {
    let step = try line.required("step").int(in: 0...Int.max)
    let latest = max(steps.last?.step ?? 0, evaluations.last?.step ?? 0)
    let stage = try line.required("stage").string
    let kind = try line.optional("eval")
    // A step has one line; what was measured after it has others.
    let least = kind == nil ? (steps.last?.step ?? -1) + 1 : 0
    guard step >= max(latest, least) else {
      throw try line.required("step").error(
        found: "found step \(step) after step \(latest)", expected: "a later step")
    }
    if let kind {
      evaluations.append(
        Evaluation(
          step: step, stage: stage, isBrief: try kind.string == "brief",
          domain: try line.required("domain").string, tau: try line.optional("tau")?.double))
      return
    }
    steps.append(
      Step(
        step: step, stage: stage, stageStep: try line.required("stage_step").int(in: 1...Int.max),
        numbers: try line.object))
  }

  /// A number of all steps that tell it, by step.
  package func points(_ key: String) -> [Series.Point] {
    steps.filter { $0.numbers[key] != nil }.map { Series.Point(Double($0.step), $0.number(key)) }
  }

  /// The names of what the loss is made of, in the order of their first appearance.
  package var lossTerms: [String] {
    var names: [String] = []
    for step in steps {
      for key in step.numbers.keys where key.hasPrefix("loss/") && !names.contains(key) { names.append(key) }
    }
    return names
  }

  /// The steps of each stage that trained, for the x axis.
  package var bands: [LineChart.Band] {
    var bands: [(stage: String, start: Int, end: Int)] = []
    for step in steps {
      if let last = bands.last, last.stage == step.stage {
        bands[bands.count - 1].end = step.step
      } else {
        bands.append((step.stage, max(0, step.step - step.stageStep), step.step))
      }
    }
    return bands.map { LineChart.Band($0.stage, Double($0.start)...Double($0.end)) }
  }

  /// Seconds of wall time up to the last logged step: of every process that wrote a part of the log, its clock at the end
  /// of its part.
  package var seconds: Double {
    let clocks = steps.compactMap { $0.number("t") }
    return zip(clocks, clocks.dropFirst()).reduce(clocks.last ?? 0) { $1.0 > $1.1 ? $0 + $1.0 : $0 }
  }
}
