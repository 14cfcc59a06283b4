internal import FileSystem

/// Wall time for benchmarks.
enum Stopwatch {
  /// Seconds that `work` takes.
  static func seconds<Failure: Error>(_ work: () throws(Failure) -> Void) throws(Failure) -> Double {
    let start = ProcessFacts.monotonicNanoseconds()
    try work()
    return Double(ProcessFacts.monotonicNanoseconds() - start) * 1e-9
  }

  /// Repeats `work` for at least `duration` seconds and `least` times, after once unmeasured.
  static func samples<Failure: Error>(
    duration: Double, least: Int = 3, _ work: () throws(Failure) -> Void
  ) throws(Failure) -> Samples {
    try work()
    var values: [Double] = []
    var total = 0.0
    while total < duration || values.count < least {
      let seconds = try seconds(work)
      values.append(seconds)
      total += seconds
    }
    return Samples(values)
  }
}
