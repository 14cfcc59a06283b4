public import FileSystem

/// Scalar summaries in an event file that TensorBoard opens.
///
/// A file is a sequence of records (length, its masked CRC-32C, data, its masked CRC-32C), each an `Event` message:
/// wall_time = 1, step = 2, file_version = 3, summary = 5, session_log = 7.
///
/// Source: tensorflow/core/util/event.proto, summary.proto and lib/io/record_writer.h.
public final class TensorBoardLog: Observer {
  private let file: File
  private let interval: Int
  private let now: () -> Double
  /// Of the steps since the last point.
  private var times = TrainingTimes()

  /// Begins a new event file in `folder`.
  ///
  /// - Parameters:
  ///   - folder: made when it is not there.
  ///   - interval: steps between two points.
  ///   - resumedStep: the step a resumed run goes on from; TensorBoard then drops later points of older files.
  /// - Throws: `InputError` when the file cannot be written.
  public convenience init(folder: String, every interval: Int, resumedStep: Int? = nil) throws(InputError) {
    try self.init(folder: folder, every: interval, resumedStep: resumedStep, now: ProcessFacts.wallSeconds)
  }

  /// As above, with another clock: seconds since 1970.
  package init(
    folder: String, every interval: Int, resumedStep: Int?, now: @escaping () -> Double
  ) throws(InputError) {
    self.interval = interval
    self.now = now
    try Directory.create(folder)
    file = try Self.newFile(in: folder, at: now())
    var version = ProtocolBuffer()
    version.append(field: 3, text: "brain.Event:2")
    try write(version, step: 0)
    guard let resumedStep else { return }
    var start = ProtocolBuffer()
    start.append(field: 1, integer: 1)
    var session = ProtocolBuffer()
    session.append(field: 7, bytes: start.bytes)
    try write(session, step: resumedStep + 1)
  }

  /// Writes steps and evaluations, passes over the rest.
  public func receive(_ event: TrainingEvent) throws(InputError) {
    switch event {
    case .step(let metrics):
      times.add(metrics)
      guard metrics.isLogged(every: interval) else { return }
      var scalars = [("train/loss", metrics.loss)]
      for term in metrics.terms { scalars.append(("train/\(term.name)", term.value)) }
      if let acceptance = metrics.acceptance { scalars.append(("train/acceptance", acceptance)) }
      scalars += [
        ("optimizer/lr", metrics.learningRate), ("optimizer/grad_norm", metrics.gradientNorm),
        ("speed/tokens_per_s", metrics.tokensPerSecond),
        ("speed/data_wait_s", times.dataWaitSeconds), ("speed/save_wait_s", times.saveWaitSeconds),
        ("memory/resident_mib", Double(metrics.residentBytes) / 1_048_576),
      ]
      try write(scalars, step: metrics.step)
      times = TrainingTimes()
    case .evaluated(let summary):
      let prefix = "\(summary.isBrief ? "eval_brief" : "eval")/\(summary.domain)"
      var scalars = [("\(prefix)/tau", summary.tau), ("\(prefix)/acceptance_rate", summary.acceptanceRate)]
      if let speedup = summary.speedup { scalars.append(("\(prefix)/speedup", speedup)) }
      try write(scalars, step: summary.step)
    case .finished, .stopped: try file.sync()
    default: break
    }
  }

  private func write(_ scalars: [(tag: String, value: Double)], step: Int) throws(InputError) {
    var summary = ProtocolBuffer()
    for scalar in scalars {
      var value = ProtocolBuffer()
      value.append(field: 1, text: scalar.tag)
      value.append(field: 2, float: Float(scalar.value))
      summary.append(field: 1, bytes: value.bytes)
    }
    var event = ProtocolBuffer()
    event.append(field: 5, bytes: summary.bytes)
    try write(event, step: step)
  }

  private func write(_ content: ProtocolBuffer, step: Int) throws(InputError) {
    var event = ProtocolBuffer()
    event.append(field: 1, double: now())
    if step != 0 { event.append(field: 2, integer: step) }
    let data = event.bytes + content.bytes
    var record = ProtocolBuffer()
    record.append(littleEndian: UInt64(data.count))
    let head = record.bytes
    record.append(littleEndian: CRC32C.masked(head))
    var tail = ProtocolBuffer()
    tail.append(littleEndian: CRC32C.masked(data))
    try file.write(record.bytes + data + tail.bytes)
  }

  /// TensorBoard knows its files by `tfevents` and reads them in the order of their names.
  private static func newFile(in folder: String, at seconds: Double) throws(InputError) -> File {
    let whole = Int(exactly: seconds.rounded(.down)) ?? 0
    let digits = String(repeating: "0", count: max(0, 10 - String(whole).count)) + String(whole)
    var attempt = 0
    while true {
      let name = "events.out.tfevents.\(digits).pacer.\(ProcessFacts.identifier).\(attempt)"
      let path = Path.joined(folder, name)
      if Directory.kind(of: path) == nil { return try File(path, .create) }
      attempt += 1
    }
  }
}
