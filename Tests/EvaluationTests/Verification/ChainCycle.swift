import Evaluation

/// One cycle over context tables: draft `length` tokens, verify, return the emitted tokens.
struct ChainCycle {
  /// Ways to get verification wrong that still look right.
  enum Flaw: CaseIterable {
    case none, residualIsTarget, bonusFromDraft, ratioInverted, alwaysAccept, residualNotClamped
  }

  let tables: ContextTables
  let length: Int

  /// A cycle with the rule under test.
  func run(_ decisions: inout some DecisionSource) -> [Int32] {
    var rule = SampledChainRule(vocabularySize: ContextTables.vocabularySize)
    let (chain, draft) = drafted(&decisions)
    let target = ProbabilityRows(
      values: (0...length).flatMap { tables.target[ContextTables.index(chain[..<$0])] }, vocabularySize: 4)
    let verdict = rule.verify(
      drafted: chain[...], target: target, targetRow: 0, draft: draft, draftRow: 0, decisions: &decisions)
    return chain.prefix(verdict.acceptedCount) + [verdict.token]
  }

  /// The same cycle written out naively, with a flaw, as a control that the test can fail.
  func run(_ flaw: Flaw, _ decisions: inout some DecisionSource) -> [Int32] {
    let (chain, _) = drafted(&decisions)
    for i in 0..<length {
      let context = ContextTables.index(chain[..<i])
      let (p, q) = (tables.target[context].map(Double.init), tables.draft[context].map(Double.init))
      let token = Int(chain[i])
      let ratio = flaw == .ratioInverted ? q[token] / p[token] : p[token] / q[token]
      if decisions.accepts(probability: flaw == .alwaysAccept ? 1 : ratio) { continue }
      let residual = (0..<4).map { x in
        switch flaw {
        case .residualIsTarget: p[x]
        case .residualNotClamped: abs(p[x] - q[x])
        default: max(0, p[x] - q[x])
        }
      }
      return chain[..<i] + [Int32(decisions.draw(from: residual))]
    }
    let context = ContextTables.index(chain)
    let last = flaw == .bonusFromDraft ? tables.draft[context] : tables.target[context]
    return chain + [Int32(decisions.draw(from: last.map(Double.init)))]
  }

  private func drafted(_ decisions: inout some DecisionSource) -> ([Int32], ProbabilityRows) {
    var chain: [Int32] = []
    var values: [Float] = []
    for _ in 0..<length {
      let row = tables.draft[ContextTables.index(chain)]
      values += row
      chain.append(Int32(decisions.draw(from: row.map(Double.init))))
    }
    return (chain, ProbabilityRows(values: values, vocabularySize: 4))
  }

  /// The greatest deviation of a cycle's output law from the target's, over all sequences of length + 1 tokens.
  /// What a cycle leaves open is written by the target itself, as the next cycles do.
  func deviation(_ cycle: (inout EnumeratingDecisions) -> [Int32]) -> Double {
    let sequenceLength = length + 1
    var law = [Double](repeating: 0, count: 1 << (2 * sequenceLength))
    let sequences = law.indices.map { code in
      (0..<sequenceLength).map { Int32(code >> (2 * (sequenceLength - 1 - $0)) & 3) }
    }
    EnumeratingDecisions.enumerate(cycle) { emitted, probability in
      let known = tables.targetLaw(emitted)
      for (code, sequence) in sequences.enumerated() where sequence.starts(with: emitted) {
        law[code] += known > 0 ? probability * tables.targetLaw(sequence) / known : probability
      }
    }
    return zip(law, sequences).map { abs($0 - tables.targetLaw($1)) }.max() ?? .infinity
  }
}
