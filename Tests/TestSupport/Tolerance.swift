/// How far a computed number may lie from its reference. The one table that every numeric test takes its
/// tolerances from: by precision and by how many terms the longest sum behind a number has.
package struct Tolerance: Sendable, Hashable, CustomStringConvertible {
  /// What the number was computed in.
  package enum Precision: Sendable, Hashable {
    /// Kernels: float32 arithmetic, and polynomials of a few units in the last place for exp and log.
    case float32
    /// Central differences of a twin in double precision: the step's truncation and rounding together.
    case differences
    /// Double precision against double precision, through values written with nine digits.
    case float64
  }

  /// Allowed error relative to the size of the number and of its neighbours.
  package let relative: Double

  /// The entry for sums of up to `terms` terms. Errors of a sum grow like the square root of its length when
  /// roundings are independent; the rows leave a factor of about four above what is seen.
  package init(_ precision: Precision, terms: Int) {
    switch precision {
    case .float64: relative = 2e-8
    case .differences: relative = 2e-7
    case .float32:
      let row = Self.float32Rows.first { terms <= $0.terms }
      relative = row?.relative ?? 2e-4
    }
  }

  private static let float32Rows: [(terms: Int, relative: Double)] = [
    (1, 1e-6), (8, 2e-6), (64, 4e-6), (512, 1e-5), (4096, 3e-5), (65536, 1e-4),
  ]

  /// Two sources of error at once.
  package static func + (a: Tolerance, b: Tolerance) -> Tolerance {
    Tolerance(relative: a.relative + b.relative)
  }

  private init(relative: Double) { self.relative = relative }

  /// `±1e-06`.
  package var description: String { "±\(relative)" }

  /// Describes the worst element of `values` that lies too far from `reference`, or nil when all are close.
  ///
  /// An element may be off by `relative` times its own size plus the root mean square of the reference: a sum
  /// whose terms cancel is no more precise than its terms. NaN is never close; infinities must be equal.
  ///
  /// - Parameter cancellation: the size of terms that cancel in all elements alike, 0 if there are none.
  package func mismatch(_ values: [Float], _ reference: [Double], cancellation: Double = 0) -> String? {
    mismatch(values.map(Double.init), reference, cancellation: cancellation)
  }

  /// The same for values in double precision.
  package func mismatch(_ values: [Double], _ reference: [Double], cancellation: Double = 0) -> String? {
    guard values.count == reference.count else {
      return "\(values.count) values against \(reference.count) of the reference"
    }
    let finite = reference.filter(\.isFinite)
    let square = finite.reduce(0) { $0 + $1 * $1 } / Double(max(finite.count, 1))
    let size = square.squareRoot() + cancellation
    var worst = (excess: 0.0, index: -1)
    for (index, (value, wanted)) in zip(values, reference).enumerated() where value != wanted {
      let excess = abs(value - wanted) / (relative * (abs(wanted) + size))
      if !(excess <= max(worst.excess, 1)) { worst = (excess.isNaN ? .infinity : excess, index) }
      if worst.excess == .infinity { break }
    }
    guard worst.index >= 0 else { return nil }
    let (value, wanted) = (values[worst.index], reference[worst.index])
    return "element \(worst.index) of \(values.count): \(value), expected \(wanted) \(description) "
      + "(off by \(worst.excess) times what is allowed)"
  }

  /// The same for two single numbers, where `size` is how large the terms behind them are.
  package func mismatch(_ value: Double, _ reference: Double, size: Double) -> String? {
    let allowed = relative * (abs(reference) + size)
    if abs(value - reference) <= allowed { return nil }
    return "\(value), expected \(reference) ± \(allowed)"
  }
}
