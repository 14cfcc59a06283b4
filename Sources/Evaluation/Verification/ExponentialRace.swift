internal import Foundation

/// Draws without replacement as a race: token i arrives after an exponential time of rate q_i, and the first k
/// arrivals are k draws without replacement, in order.
///
/// For the set H_j of the first j tokens and the rate c_j of all others,
///
///     P(all k draws in H_j) = ∫ P(at least k of H_j have arrived at T) · c_j exp(−c_j T) dT
///
/// because the first token outside H_j arrives at such a T. The arrivals are independent with probability
/// 1 − exp(−q_i T), so the number of arrivals is Poisson-binomial and grows token by token.
///
/// With T = exp(s) the integrand is smooth on the whole line and dies out at both ends, where the trapezoidal
/// rule converges exponentially: a step of 1/8 leaves rounding errors only, and one grid serves all sets.
struct ExponentialRace {
  /// The rates q in the order of the prefixes: `[v]`, all positive.
  private let rates: [Double]
  /// The rate of what lies behind each prefix: `[v]`, the last is zero.
  private let rest: [Double]

  private static let step = 0.125
  /// Before exp(−21), with rates of sum 1, fewer than 1e-18 of all races have two arrivals.
  private static let start = -21.0
  /// Behind 40 / c the first token outside has not arrived with probability exp(−40).
  private static let longest = 40.0

  /// A race of tokens with positive rates that sum to 1.
  init(rates: [Double]) {
    precondition(rates.allSatisfy { $0 > 0 }, "ExponentialRace: a rate is not positive")
    self.rates = rates
    var rest = [Double](repeating: 0, count: rates.count)
    // Summed from the end, so that small rates keep their digits.
    for i in rates.indices.dropLast().reversed() { rest[i] = rest[i + 1] + rates[i + 1] }
    self.rest = rest
  }

  /// How likely `count` draws without replacement all lie in the first j + 1 tokens: `[v]` for j = 0 … v − 1.
  ///
  /// - Parameter count: k, at least 1 and at most v.
  func prefixProbabilities(count: Int) -> [Double] {
    precondition(count >= 1 && count <= rates.count, "ExponentialRace: \(count) of \(rates.count) draws")
    var sums = [Double](repeating: 0, count: rates.count)
    // All draws lie among all tokens; nothing is left to arrive, so the integral says nothing.
    sums[rates.count - 1] = 1
    guard let slowest = rates.last, rates.count > 1 else { return sums }
    let end = log(Self.longest / slowest)
    for node in 0...Int((end - Self.start) / Self.step) {
      addNode(time: exp(Self.start + Double(node) * Self.step), count: count, to: &sums)
    }
    return sums
  }

  /// Adds the integrand at one time, for all prefixes but the last.
  private func addNode(time: Double, count: Int, to sums: inout [Double]) {
    // few[n]: probability that n < count tokens of the prefix have arrived.
    var few = [Double](repeating: 0, count: count)
    few[0] = 1
    for j in rates.indices.dropLast() {
      let waits = exp(-rates[j] * time)
      let arrives = -expm1(-rates[j] * time)
      for n in few.indices.reversed() {
        few[n] = few[n] * waits + (n > 0 ? few[n - 1] * arrives : 0)
      }
      let decay = rest[j] * time
      // c exp(−c T) dT = c T exp(−c T) ds
      sums[j] += max(0, 1 - few.reduce(0, +)) * decay * exp(-decay) * Self.step
    }
  }
}
