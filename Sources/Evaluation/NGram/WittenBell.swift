/// How much a context trusts its own counts, after Witten and Bell:
///
///     P(x | h) = count(h, x) / (count(h) + T(h)) + P(x | h') · T(h) / (count(h) + T(h))
///
/// T(h) is by how many different tokens h is followed.
struct WittenBell {
  /// What the shorter context's probabilities are multiplied by.
  let retention: Double
  private let total: Double

  /// The shares of a context whose successors occur so often; without any, the shorter context has its way.
  init(_ counts: ArraySlice<Int32>) {
    let types = Double(counts.count)
    total = counts.reduce(0.0) { $0 + Double($1) } + types
    retention = total > 0 ? types / total : 1
  }

  /// What a successor that occurs so often gets beside its share of the shorter context.
  func share(of count: Int32) -> Double { Double(count) / total }
}
