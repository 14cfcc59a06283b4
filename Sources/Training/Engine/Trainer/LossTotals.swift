package import Autodiff

/// Sums of what the loss kernels report, over micro-batches; means are over labelled tokens.
package struct LossTotals: Sendable, Equatable {
  private var sums = [Double](repeating: 0, count: LossStatistic.allCases.count)

  /// Nothing yet.
  package init() {}

  /// Adds one micro-batch's sums, in the order of `LossStatistic`.
  package mutating func add(_ values: [Float]) {
    for index in sums.indices { sums[index] += Double(values[index]) }
  }

  /// Labelled tokens.
  package var tokens: Int { Int(exactly: sums[LossStatistic.rows.rawValue]) ?? 0 }

  /// The mean of a statistic per labelled token; 0 without any.
  package func mean(_ statistic: LossStatistic) -> Double {
    tokens == 0 ? 0 : sums[statistic.rawValue] / Double(tokens)
  }

  /// What chain drafting of `length` tokens would emit per target call if acceptance were independent from token
  /// to token with the measured top-1 agreement: 1 + a + a² + … The true τ is measured by decoding.
  package func simulatedAcceptanceLength(draftLength length: Int) -> Double {
    let rate = mean(.top1)
    return (0...length).reduce(0) { total, depth in
      total + (0..<depth).reduce(1) { product, _ in product * rate }
    }
  }
}
