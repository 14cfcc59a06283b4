/// Tokens per second of plain and of speculative decoding, one prompt at a time, on this machine, prefill
/// included.
package struct SpeedMeasurement: Sendable, Hashable {
  /// New tokens per second of the target alone.
  package let plainTokensPerSecond: Double
  /// New tokens per second of drafter and target together.
  package let speculativeTokensPerSecond: Double
  /// The second divided by the first.
  package var speedUp: Double { speculativeTokensPerSecond / plainTokensPerSecond }

  /// Measures both, prompt by prompt in turn so that a disturbance meets both, after one unmeasured prompt.
  ///
  /// - Parameters:
  ///   - repetitions: each prompt's time is the shortest of so many.
  ///   - clock: what tells the time.
  /// - Returns: nil where nothing was decoded or no time passed.
  package init?<Target: SequenceModel>(
    plain: Generator<Target>, speculative: any SpeculativeDecoding, requests: [DecodingRequest],
    repetitions: Int = 1, clock: some Clock<Duration>
  ) throws {
    var plainTotal = Timing()
    var speculativeTotal = Timing()
    if let first = requests.first {
      _ = try plain.run([first], maximumLines: 1)
      _ = try speculative.run([first], maximumLines: 1)
    }
    for request in requests {
      try plainTotal.add(clock, repetitions) { try plain.run([request], maximumLines: 1) }
      try speculativeTotal.add(clock, repetitions) {
        try speculative.run([request], maximumLines: 1).completions
      }
    }
    guard let plainSpeed = plainTotal.speed, let speculativeSpeed = speculativeTotal.speed else { return nil }
    plainTokensPerSecond = plainSpeed
    speculativeTokensPerSecond = speculativeSpeed
  }
}

/// Tokens and the time they took.
private struct Timing {
  var tokens = 0
  var seconds = 0.0

  var speed: Double? { tokens > 0 && seconds > 0 ? Double(tokens) / seconds : nil }

  mutating func add(
    _ clock: some Clock<Duration>, _ repetitions: Int, _ work: () throws -> [Completion]
  ) throws {
    var best = Double.infinity
    for repetition in 0..<max(1, repetitions) {
      let start = clock.now
      let completions = try work()
      best = min(best, start.duration(to: clock.now) / .seconds(1))
      if repetition == 0 { tokens += completions.reduce(0) { $0 + $1.tokens.count } }
    }
    seconds += best
  }
}
