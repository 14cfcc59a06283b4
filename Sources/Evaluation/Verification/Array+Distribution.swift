/// Distributions as rows `[v]` in double precision: what the rules for several candidates compute with.
///
/// A row without mass stays as it is, because there is nothing to scale.
extension [Double] {
  /// The row divided by its sum.
  func normalized() -> [Double] {
    let total = reduce(0, +)
    return total > 0 ? map { $0 / total } : self
  }

  /// The row without the mass of one token, normalised.
  func without(_ token: Int32) -> [Double] {
    var rest = self
    rest[Int(token)] = 0
    return rest.normalized()
  }

  /// What is left to emit after a token drawn from `draft` was rejected: norm(max(0, p − q)).
  ///
  /// Where no mass is left the two rows are equal but for rounding, a rejection has probability zero, and the
  /// row itself is returned.
  func residual(after draft: [Double]) -> [Double] {
    let rest = zip(self, draft).map { Swift.max(0, $0 - $1) }
    return rest.contains { $0 > 0 } ? rest.normalized() : self
  }

  /// The indices of the `count` largest values, the largest first, the lower index first among equals.
  func likeliest(_ count: Int) -> [Int32] {
    let order = indices.sorted { self[$0] > self[$1] || (self[$0] == self[$1] && $0 < $1) }
    return order.prefix(count).map { Int32($0) }
  }

  /// How likely a token of this row `[v]` is accepted where `draft` proposed it: sum over x of min(p(x), q(x)).
  func overlap(with draft: [Double]) -> Double {
    zip(self, draft).reduce(0) { $0 + Swift.min($1.0, $1.1) }
  }
}
