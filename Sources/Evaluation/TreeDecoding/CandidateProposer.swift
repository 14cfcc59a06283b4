internal import Randomness

/// Chooses the candidates after a node from what a drafter says there: its likeliest tokens, or draws.
///
/// What is drawn follows the line's warpers, and its distribution is kept for the rule; the likeliest tokens are those at
/// a temperature of 1, as in EAGLE's code.
struct CandidateProposer {
  private let draw: CandidateDraw
  private let tokens: [Int32]?
  private let seed: UInt64
  private let remembers: Bool
  private var warper: Warper
  private var logits: [Float]
  private var row: ProbabilityRows
  private var lines: [DecodingLine] = []
  private var streams: [RandomStream] = []
  /// Per line: what its nodes drew from, in the order in which they proposed.
  private var drawn: [[[Double]]] = []
  /// Per line: the log-probabilities that its nodes proposed from, in the same order, where they are remembered.
  private var said: [[[Float]]] = []

  /// - Parameters:
  ///   - tokens: the target's token of each row of the drafter's head; nil where they are in order.
  ///   - remembers: whether `said` will be asked.
  init(_ draw: CandidateDraw, tokens: [Int32]?, vocabularySize: Int, seed: UInt64, remembers: Bool) {
    (self.draw, self.tokens, self.seed, self.remembers) = (draw, tokens, seed, remembers)
    warper = Warper(vocabularySize: vocabularySize)
    logits = [Float](repeating: -.infinity, count: vocabularySize)
    row = ProbabilityRows(rowCount: 1, vocabularySize: vocabularySize)
  }

  /// Begins the trees of a cycle.
  mutating func begin(_ lines: [DecodingLine]) {
    self.lines = lines
    drawn = lines.map { _ in [] }
    said = lines.map { _ in [] }
    streams = lines.map { line in
      RandomStream(seed: seed, purpose: .drafting, sequence: line.sequence, step: line.newTokenCount)
    }
  }

  /// Candidates after a node of line `line`, at most `count`, in the order in which they will be judged.
  mutating func propose(
    _ count: Int, line: Int, _ logProbabilities: ArraySlice<Float>
  ) -> [DraftCandidate] {
    if remembers { said[line].append(Array(logProbabilities)) }
    guard let rule = draw.rule else {
      return DraftCandidate.likeliest(count, of: logProbabilities, targetIDs: tokens)
    }
    let distribution = warped(logProbabilities, lines[line].sampling).map(Double.init).normalized()
    drawn[line].append(distribution)
    return rule.candidates(draft: distribution, count: count, decisions: &streams[line]).map {
      DraftCandidate(token: $0, logProbability: Double(logits[Int($0)]))
    }
  }

  /// The distribution over the target's vocabulary, [v], that warpers make of log-probabilities of the head's rows.
  mutating func warped(_ logProbabilities: ArraySlice<Float>, _ sampling: SamplingSettings) -> [Float] {
    // What is no row of the head has stayed at −∞.
    for (offset, value) in logProbabilities.enumerated() {
      logits[tokens.map { Int($0[offset]) } ?? offset] = value
    }
    warper.warp(logits, sampling, into: &row, row: 0)
    return row.values
  }

  /// What the nodes of a grown tree drew their children from.
  func distributions(line: Int, of tree: any GrowingTree) -> [Int: [Double]] {
    draw.rule == nil ? [:] : byNode(drawn[line], of: tree)
  }

  /// The log-probabilities of the head's rows that the nodes of a grown tree proposed from.
  func said(line: Int, of tree: any GrowingTree) -> [Int: [Float]] {
    remembers ? byNode(said[line], of: tree) : [:]
  }

  private func byNode<Value>(_ values: [Value], of tree: any GrowingTree) -> [Int: Value] {
    [Int: Value](
      uniqueKeysWithValues: zip(tree.proposers, values).compactMap { node, value in node.map { ($0, value) } }
    )
  }
}
