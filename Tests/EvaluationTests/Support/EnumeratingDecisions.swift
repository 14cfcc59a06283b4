import Evaluation

/// Answers every decision in all possible ways, one way per pass, and knows the probability of each pass.
///
/// Depth-first: a pass repeats the choices on its path and takes the first open branch behind them. Summing the
/// probability of the passes by their outcome integrates over all random numbers exactly.
struct EnumeratingDecisions: DecisionSource {
  private var choices: [Int] = []
  private var options: [[Double]] = []
  private var cursor = 0

  /// The probability of the current pass.
  private(set) var probability = 1.0

  mutating func accepts(probability: Double) -> Bool {
    let p = min(1, max(0, probability))
    return choose([p, 1 - p]) == 0
  }

  mutating func draw(from weights: [Double]) -> Int {
    var values = weights
    let total = values.reduce(0, +)
    for i in values.indices { values[i] /= total }
    return choose(values)
  }

  private mutating func choose(_ probabilities: [Double]) -> Int {
    if cursor == choices.count {
      choices.append(probabilities.firstIndex { $0 > 0 } ?? 0)
      options.append(probabilities)
    }
    let choice = choices[cursor]
    probability *= probabilities[choice]
    cursor += 1
    return choice
  }

  /// Turns to the next pass; false where all have been made.
  private mutating func advance() -> Bool {
    cursor = 0
    probability = 1
    while let choice = choices.popLast(), let last = options.popLast() {
      if let next = last.indices.first(where: { $0 > choice && last[$0] > 0 }) {
        choices.append(next)
        options.append(last)
        return true
      }
    }
    return false
  }

  /// Runs `pass` once per branch and hands its outcome with its probability to `collect`.
  static func enumerate<Outcome>(
    _ pass: (inout EnumeratingDecisions) -> Outcome, collect: (Outcome, Double) -> Void
  ) {
    var decisions = EnumeratingDecisions()
    repeat {
      let outcome = pass(&decisions)
      collect(outcome, decisions.probability)
    } while decisions.advance()
  }
}
