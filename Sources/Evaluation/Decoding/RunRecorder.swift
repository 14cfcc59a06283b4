/// Takes down every cycle of a run, and beside the log what was asked for.
struct RunRecorder {
  private let recording: RunRecording
  private var log: AcceptanceLog
  private var trees: [VerifiedTree] = []

  /// A recorder of a run that has not begun.
  init(_ recording: RunRecording, _ requests: [DecodingRequest]) {
    self.recording = recording
    log = AcceptanceLog(domains: requests.map(\.domain))
  }

  /// Takes down a cycle.
  ///
  /// - Parameters:
  ///   - line: as it was before the cycle.
  ///   - tree: what was drafted, a chain being a tree of one path.
  mutating func record(
    _ cycle: VerificationCycle, of line: DecodingLine, tree: @autoclosure () -> DraftTree,
    _ verdict: TreeVerdict
  ) {
    log.record(cycle, prompt: line.request)
    guard recording.trees.keeps(line.request) else { return }
    trees.append(
      VerifiedTree(
        prompt: line.request, position: line.tokens.count - 1, tree: tree(), verdict: verdict))
  }

  /// The outcome of the run that wrote these texts.
  func outcome(_ completions: [Completion]) -> SpeculativeOutcome {
    SpeculativeOutcome(completions: completions, log: log, trees: trees)
  }
}
