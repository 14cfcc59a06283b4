import DraftData
public import FileSystem

/// `metrics.jsonl`: one JSON object for each logged step and each evaluation.
///
/// A line of a step tells of that step alone, except for `data_wait_s` and `save_wait_s`: the seconds waited for batches
/// and for saves (copying snapshots included) in all steps since the line before, so that no save falls between lines.
///
/// A resumed run cuts off what stands beyond its checkpoint, so no step is ever there twice.
public final class MetricsLog: Observer {
  private var file: AppendOnlyFile
  private let interval: Int
  /// Of the steps since the last line.
  private var times = TrainingTimes()

  private static let largestLog = 1 << 32

  /// Opens or begins a log.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - interval: steps between two lines.
  ///   - resumedStep: the step of the checkpoint that the run goes on from; nil for a new run.
  /// - Throws: `InputError` when the file cannot be read or written.
  public init(path: String, every interval: Int, resumedStep: Int? = nil) throws(InputError) {
    self.interval = interval
    var kept: Int?
    if let resumedStep { kept = try Self.length(of: path, through: resumedStep) }
    file = try AppendOnlyFile(path, keptBytes: kept)
  }

  /// Writes steps and evaluations, passes over the rest.
  public func receive(_ event: TrainingEvent) throws(InputError) {
    switch event {
    case .step(let metrics):
      times.add(metrics)
      guard metrics.isLogged(every: interval) else { return }
      try append(Self.line(metrics, times))
      times = TrainingTimes()
    case .evaluated(let summary): try append(Self.line(summary))
    case .finished, .stopped: try file.sync()
    default: break
    }
  }

  private func append(_ object: JSONObject) throws(InputError) {
    let text: String
    do {
      text = try JSONValue.object(object).serialized()
    } catch {
      throw InputError(.inputOutput, found: "metrics that cannot be written: \(error)")
    }
    try file.append(text)
  }

  /// JSON knows no infinity; what is not finite becomes null.
  private static func number(_ value: Double?) -> JSONValue {
    value.flatMap { $0.isFinite ? .number($0) : nil } ?? .null
  }

  private static func line(_ metrics: StepMetrics, _ times: TrainingTimes) -> JSONObject {
    var object = JSONObject()
    object["step"] = .integer(metrics.step)
    object["stage"] = .string(metrics.stage)
    object["stage_step"] = .integer(metrics.stageStep)
    object["loss"] = number(metrics.loss)
    for term in metrics.terms { object["loss/\(term.name)"] = number(term.value) }
    if let acceptance = metrics.acceptance { object["acceptance"] = number(acceptance) }
    object["lr"] = number(metrics.learningRate)
    object["grad_norm"] = number(metrics.gradientNorm)
    object["tokens"] = .integer(metrics.tokens)
    object["tok_s"] = number(metrics.tokensPerSecond.rounded())
    object["step_s"] = number(metrics.stepSeconds)
    object["data_wait_s"] = number(times.dataWaitSeconds)
    object["save_wait_s"] = number(times.saveWaitSeconds)
    object["rss_mib"] = .integer(metrics.residentBytes >> 20)
    object["t"] = number(metrics.elapsedSeconds)
    return object
  }

  private static func line(_ summary: AcceptanceSummary) -> JSONObject {
    var object = JSONObject()
    object["step"] = .integer(summary.step)
    object["stage"] = .string(summary.stage)
    object["eval"] = .string(summary.isBrief ? "brief" : "full")
    object["domain"] = .string(summary.domain)
    object["tau"] = number(summary.tau)
    object["acceptance_rate"] = number(summary.acceptanceRate)
    if let speedup = summary.speedup { object["speedup"] = number(speedup) }
    object["eval_s"] = number(summary.seconds)
    return object
  }

  /// Bytes up to the end of the last whole line of a step not beyond `step`.
  private static func length(of path: String, through step: Int) throws(InputError) -> Int {
    guard Directory.kind(of: path) != nil else { return 0 }
    let bytes = try File.readAll(path, limit: largestLog)
    var kept = 0
    while let end = bytes[kept...].firstIndex(of: UInt8(ascii: "\n")) {
      guard let value = try? JSONValue.parse(Array(bytes[kept..<end])),
        case .integer(let lineStep)? = value["step"], lineStep <= step
      else { break }
      kept = end + 1
    }
    return kept
  }
}
