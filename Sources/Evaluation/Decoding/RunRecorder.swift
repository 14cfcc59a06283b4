/// Takes down every cycle of a run, and beside the log what was asked for.
struct RunRecorder {
  private let recording: RunRecording
  private var log: AcceptanceLog
  private var trees: [VerifiedTree] = []
  private var places: JudgedPlaces

  /// A recorder of a run that has not begun.
  init(_ recording: RunRecording, _ requests: [DecodingRequest]) {
    self.recording = recording
    log = AcceptanceLog(domains: requests.map(\.domain))
    places = JudgedPlaces(limit: recording.places)
  }

  /// Takes down a cycle.
  ///
  /// - Parameters:
  ///   - line: as it was before the cycle.
  ///   - tree: what was drafted, a chain being a tree of one path.
  ///   - distributions: the target's and the drafter's, [v], after a node that has children, as the line's warpers leave
  ///     them; asked of lines that are not greedy.
  mutating func record(
    _ cycle: VerificationCycle, of line: DecodingLine, tree: @autoclosure () -> DraftTree,
    _ verdict: TreeVerdict, distributions: (_ node: Int) -> (target: [Float], draft: [Float])
  ) {
    log.record(cycle, prompt: line.request)
    let keepsTree = recording.trees.keeps(line.request)
    let keepsPlaces = recording.places > 0 && !line.sampling.isGreedy
    guard keepsTree || keepsPlaces else { return }
    let (tree, root) = (tree(), line.tokens.count - 1)
    if keepsTree {
      trees.append(VerifiedTree(prompt: line.request, position: root, tree: tree, verdict: verdict))
    }
    guard keepsPlaces else { return }
    // A token is emitted behind each of them, the last of which is the target's own.
    for (depth, node) in ([0] + verdict.acceptedNodes).prefix(cycle.emitted).enumerated()
    where !tree.children(of: node).isEmpty {
      places.take {
        let (target, draft) = distributions(node)
        return JudgedPlace(prompt: line.request, position: root + depth, target: target, draft: draft)
      }
    }
  }

  /// The outcome of the run that wrote these texts.
  func outcome(_ completions: [Completion]) -> SpeculativeOutcome {
    SpeculativeOutcome(completions: completions, log: log, trees: trees, places: places)
  }
}
