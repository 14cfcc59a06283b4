/// Sums over the uncut cycles of one prompt or of many: what every micro average is made of.
struct AcceptanceTotals {
  var cycles = 0
  var drafted = 0
  /// Drafted tokens that the target verified: of trees those on all levels.
  var nodes = 0
  var accepted = 0
  /// Tokens of uncut cycles: accepted + 1 each.
  var tokens = 0
  var cutCycles = 0

  init() {}

  init(_ prompt: AcceptanceLog.Prompt) {
    for cycle in prompt.cycles {
      if cycle.isCut {
        cutCycles += 1
        continue
      }
      cycles += 1
      drafted += cycle.drafted
      nodes += cycle.nodes
      accepted += cycle.accepted
      tokens += cycle.accepted + 1
    }
  }

  static func + (a: AcceptanceTotals, b: AcceptanceTotals) -> AcceptanceTotals {
    var sum = a
    sum.cycles += b.cycles
    sum.drafted += b.drafted
    sum.nodes += b.nodes
    sum.accepted += b.accepted
    sum.tokens += b.tokens
    sum.cutCycles += b.cutCycles
    return sum
  }
}

/// a / b, or nil where there is nothing to divide by.
func ratio(_ a: Int, _ b: Int) -> Double? { b > 0 ? Double(a) / Double(b) : nil }
