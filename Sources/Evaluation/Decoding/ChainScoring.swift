internal import Randomness

/// The target's half of a cycle: one call over all lines' last tokens and chains, then the rule on each line.
struct ChainScoring<Model: SequenceModel> {
  private let model: Model
  private let seed: UInt64
  private var batch = RowBatch()
  private var chooser: TokenChooser
  private var rule: SampledChainRule
  private var choices: [Int32]
  private var firstOutputs: [Int] = []
  /// The target's distributions along the chain that was judged last, unless it was greedy: `[draftLength + 1, v]`.
  private(set) var rows: ProbabilityRows

  init(_ model: Model, draftLength: Int, seed: UInt64) {
    self.model = model
    self.seed = seed
    chooser = TokenChooser(vocabularySize: model.vocabularySize)
    rule = SampledChainRule(vocabularySize: model.vocabularySize)
    choices = Array(repeating: 0, count: draftLength + 1)
    rows = ProbabilityRows(rowCount: draftLength + 1, vocabularySize: model.vocabularySize)
  }

  /// Reads the prompts of new lines and chooses the first new token of each.
  mutating func prefill(_ lines: [DecodingLine]) throws -> [Int32] {
    batch.fillPrompts(lines)
    try batch.fill(model)
    batch.lastTokens(lines)
    try batch.forward(model)
    return lines.indices.map { chooser.next(model, output: $0, lines[$0], seed: seed, scratch: &rows) }
  }

  /// Runs the target over the last token and the chain of every line.
  ///
  /// - Parameter chains: `[lines, stride]`, of which `lengths[i]` tokens of row i count.
  mutating func score(_ lines: [DecodingLine], chains: [Int32], lengths: [Int], stride: Int) throws {
    batch.removeAll()
    firstOutputs.removeAll(keepingCapacity: true)
    for (index, line) in lines.enumerated() {
      let last = line.tokens.count - 1
      firstOutputs.append(batch.appendOutput(token: line.tokens[last], line: line.cacheLine, position: last))
      for depth in 0..<lengths[index] {
        batch.appendOutput(
          token: chains[index * stride + depth], line: line.cacheLine, position: last + 1 + depth)
      }
    }
    try batch.forward(model)
  }

  /// Applies the rule to the chain of line `index`.
  ///
  /// - Parameters:
  ///   - chain: the drafted tokens.
  ///   - draftRows: what they were drawn from, from row `draftRow` on; unused where the line is greedy.
  mutating func verdict(
    _ line: DecodingLine, index: Int, chain: ArraySlice<Int32>, draftRows: ProbabilityRows, draftRow: Int
  ) -> Verdict {
    let first = firstOutputs[index]
    if line.sampling.isGreedy {
      for i in 0...chain.count { choices[i] = model.argmax(output: first + i) }
      return GreedyChainRule.verify(
        drafted: chain, targetChoices: choices[...chain.count])
    }
    for i in 0...chain.count { chooser.warp(model, output: first + i, line.sampling, into: &rows, at: i) }
    var stream = RandomStream(
      seed: seed, purpose: .verification, sequence: line.sequence, step: line.newTokenCount)
    return rule.verify(
      drafted: chain, target: rows, targetRow: 0, draft: draftRows, draftRow: draftRow, decisions: &stream)
  }
}
