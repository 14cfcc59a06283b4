internal import Drafters
internal import Randomness

/// The drafter's half of a cycle: catches up on tokens it has not seen and writes a chain on every line.
///
/// After a cycle the drafter's cache lacks the target's own token, and where the whole chain was accepted also
/// the chain's last token, which was drafted but never fed. Both are fed at the start of the next chain.
struct ChainDrafting<Model: SequenceModel> {
  private let model: Model
  private let draftLength: Int
  private let seed: UInt64
  /// Ends chains early; nil: none.
  private let stop: AdaptiveChain?
  private let predictor: AcceptancePredictor?
  private var stopStates: [StopState] = []
  /// How many positions of each cache line hold tokens that stand.
  private var cached: [Int]
  private var batch = RowBatch()
  private var chooser: TokenChooser
  private var streams: [RandomStream] = []
  /// The output that a line reads in this step, or -1.
  private var outputOfLine: [Int] = []
  /// The chains: `[lines, draftLength]`.
  private(set) var tokens: [Int32]
  /// What sampled tokens were drawn from: `[lines × draftLength, v]`, empty where all is greedy.
  private(set) var rows: ProbabilityRows

  init(
    _ model: Model, lineCount: Int, draftLength: Int, stop: AdaptiveChain?,
    predictor: AcceptancePredictor?, seed: UInt64, sampled: Bool
  ) {
    self.model = model
    self.draftLength = draftLength
    (self.seed, self.stop, self.predictor) = (seed, stop, predictor)
    cached = Array(repeating: 0, count: lineCount)
    chooser = TokenChooser(vocabularySize: model.vocabularySize)
    tokens = Array(repeating: 0, count: lineCount * draftLength)
    rows = ProbabilityRows(
      rowCount: sampled ? lineCount * draftLength : 0, vocabularySize: model.vocabularySize)
  }

  /// Reads the prompts of new lines, but for their last token. A prompt that the drafter cannot hold is left
  /// alone, and its line is decoded without drafts.
  mutating func prefill(_ lines: some Sequence<DecodingLine>) throws {
    let readable = lines.filter { $0.promptCount <= model.capacity }
    batch.fillPrompts(readable)
    try batch.fill(model)
    for line in readable { cached[Int(line.cacheLine)] = line.promptCount - 1 }
  }

  /// How many tokens to draft on a line: the whole length, or less where the line, with the target's own token
  /// at the end of the run, or the drafter's cache has no room for it.
  func length(on line: DecodingLine) -> Int {
    max(0, min(draftLength, line.room - 1, model.capacity - line.tokens.count + 1))
  }

  /// Writes a chain of at most `limits[i]` tokens for line i to `tokens` and `rows`, from `i * draftLength` on.
  ///
  /// - Returns: the length of every chain.
  mutating func draft(_ lines: [DecodingLine], limits: [Int]) throws -> [Int] {
    var lengths = limits
    stopStates = stop.map { [StopState](repeating: StopState($0), count: lines.count) } ?? []
    streams.removeAll(keepingCapacity: true)
    for line in lines {
      streams.append(
        RandomStream(seed: seed, purpose: .drafting, sequence: line.sequence, step: line.newTokenCount))
    }
    for depth in 0..<draftLength {
      collect(lines, lengths, depth)
      try batch.forward(model)
      let acceptance = depth == 0 ? [:] : predictions()
      for (index, line) in lines.enumerated() where outputOfLine[index] >= 0 {
        let slot = index * draftLength + depth
        tokens[slot] =
          line.sampling.isGreedy
          ? model.argmax(output: outputOfLine[index])
          : chooser.draw(
            model, output: outputOfLine[index], line.sampling, into: &rows, at: slot, &streams[index])
        guard let stop else { continue }
        let confidence =
          stop.needsPredictions ? 1 : chooser.likeliestProbability(model, output: outputOfLine[index])
        if stopStates[index].endsBehind(confidence: confidence, acceptance: acceptance[index]) {
          lengths[index] = min(lengths[index], depth + 1)
        }
      }
    }
    return lengths
  }

  /// By line: how likely the token that its row has just read is accepted.
  private func predictions() -> [Int: Double] {
    guard let predictor else { return [:] }
    let lines = outputOfLine.indices.filter { outputOfLine[$0] >= 0 }
    let states = lines.flatMap { model.state(ofRow: batch.row(ofOutput: outputOfLine[$0])) }
    return [Int: Double](
      uniqueKeysWithValues: zip(lines, predictor.probabilities(states).map(Double.init)))
  }

  /// Keeps the part of a line's cache that stands after `accepted` of `drafted` tokens were accepted, where the
  /// line had `tokenCount` tokens before.
  mutating func settle(_ line: DecodingLine, tokenCount: Int, drafted: Int, accepted: Int) {
    if drafted > 0 { cached[Int(line.cacheLine)] = tokenCount + min(accepted, drafted - 1) }
  }

  /// Collects the rows of one depth: at depth 0 all tokens not yet seen, then the token drafted before.
  private mutating func collect(_ lines: [DecodingLine], _ lengths: [Int], _ depth: Int) {
    batch.removeAll()
    outputOfLine.removeAll(keepingCapacity: true)
    for (index, line) in lines.enumerated() {
      var output = -1
      if depth < lengths[index] {
        let count = line.tokens.count
        if depth == 0 {
          for position in cached[Int(line.cacheLine)]..<count - 1 {
            batch.append(token: line.tokens[position], line: line.cacheLine, position: position)
          }
          output = batch.appendOutput(
            token: line.tokens[count - 1], line: line.cacheLine, position: count - 1)
        } else {
          output = batch.appendOutput(
            token: tokens[index * draftLength + depth - 1], line: line.cacheLine,
            position: count + depth - 1)
        }
      }
      outputOfLine.append(output)
    }
  }
}
