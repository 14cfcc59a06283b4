internal import Randomness

/// Chooses the candidates after a node from what a drafter says there: its likeliest tokens, or draws.
///
/// What is drawn follows the line's warpers, and its distribution is kept for the rule; the likeliest tokens are those at
/// a temperature of 1, as in EAGLE's code.
struct CandidateProposer {
  private let draw: CandidateDraw
  private let tokens: [Int32]?
  private let seed: UInt64
  private var warper: Warper
  private var logits: [Float]
  private var row: ProbabilityRows
  private var lines: [DecodingLine] = []
  private var streams: [RandomStream] = []
  /// Per line: what its nodes drew from, in the order in which they proposed.
  private var drawn: [[[Double]]] = []

  /// - Parameter tokens: the target's token of each row of the drafter's head; nil where they are in order.
  init(_ draw: CandidateDraw, tokens: [Int32]?, vocabularySize: Int, seed: UInt64) {
    (self.draw, self.tokens, self.seed) = (draw, tokens, seed)
    warper = Warper(vocabularySize: vocabularySize)
    logits = [Float](repeating: -.infinity, count: vocabularySize)
    row = ProbabilityRows(rowCount: 1, vocabularySize: vocabularySize)
  }

  /// Begins the trees of a cycle.
  mutating func begin(_ lines: [DecodingLine]) {
    self.lines = lines
    drawn = lines.map { _ in [] }
    streams = lines.map { line in
      RandomStream(seed: seed, purpose: .drafting, sequence: line.sequence, step: line.newTokenCount)
    }
  }

  /// Candidates after a node of line `line`, at most `count`, in the order in which they will be judged.
  mutating func propose(
    _ count: Int, line: Int, _ logProbabilities: ArraySlice<Float>
  ) -> [DraftCandidate] {
    guard let rule = draw.rule else {
      return DraftCandidate.likeliest(count, of: logProbabilities, targetIDs: tokens)
    }
    for (offset, value) in logProbabilities.enumerated() {
      logits[tokens.map { Int($0[offset]) } ?? offset] = value
    }
    warper.warp(logits, lines[line].sampling, into: &row, row: 0)
    let distribution = row.values.map(Double.init).normalized()
    drawn[line].append(distribution)
    return rule.candidates(draft: distribution, count: count, decisions: &streams[line]).map {
      DraftCandidate(token: $0, logProbability: Double(logits[Int($0)]))
    }
  }

  /// What the nodes of a finished tree drew their children from.
  func distributions(line: Int, of tree: any GrowingTree) -> [Int: [Double]] {
    guard draw.rule != nil, let grown = tree as? GrowingStaticTree else { return [:] }
    return [Int: [Double]](uniqueKeysWithValues: zip(grown.proposers, drawn[line]))
  }
}
