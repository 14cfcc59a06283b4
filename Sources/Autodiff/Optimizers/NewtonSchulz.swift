/// The nearest (semi-)orthogonal matrix, roughly: singular values of a matrix are driven into about 0.7 ... 1.2
/// while its singular vectors stay.
///
/// ```
/// X = G / max(|G|, epsilon);  five times: A = X Xᵀ, X = a X + (b A + c A A) X
/// ```
/// with the Frobenius norm, and A = Xᵀ X multiplied from the right where there are more rows than columns, so that
/// A is the smaller of both. Needs 5 (2 s² l + s³) multiply-adds, s the smaller and l the larger extent.
///
/// Source: Jordan et al., "Muon", 2024, https://kellerjordan.github.io/posts/muon; float32 throughout, where the
/// reference iterates in bfloat16.
struct NewtonSchulz {
  /// Chosen for the steepest slope at zero.
  static let coefficients: (a: Float, b: Float, c: Float) = (3.4445, -4.7750, 2.0315)
  /// Number of iterations.
  var stepCount = 5
  /// Smallest norm that is divided by.
  var epsilon = 1e-7

  /// Working memory for a matrix [rows, columns] beside the matrix itself.
  struct Scratch {
    /// [rows, columns].
    let spare: Slot
    /// [s, s] each.
    let gram: Slot
    let polynomial: Slot
  }

  /// Works on x: [rows, columns], which is overwritten.
  ///
  /// - Returns: where the result stands: x or the spare.
  func orthogonalize(
    _ x: Slot, rows: Int, columns: Int, _ scratch: Scratch, on backend: any Backend
  ) -> Slot {
    let norm = max(backend.sumOfSquares(x).squareRoot(), epsilon)
    backend.scale(x, by: Float(1 / norm), into: x, .overwrite)
    let isTall = rows > columns
    let side = min(rows, columns)
    let (a, b, c) = Self.coefficients
    let (gram, polynomial) = (scratch.gram, scratch.polynomial)
    var (old, new) = (x, scratch.spare)
    for _ in 0..<stepCount {
      backend.gemm(
        old, transposed: isTall, old, transposed: !isTall, into: gram, m: side, n: side,
        k: max(rows, columns),
        alpha: 1, .overwrite)
      backend.gemm(
        gram, transposed: false, gram, transposed: false, into: polynomial, m: side, n: side, k: side,
        alpha: c, .overwrite)
      backend.scale(gram, by: b, into: polynomial, .accumulate)
      backend.gemm(
        isTall ? old : polynomial, transposed: false, isTall ? polynomial : old, transposed: false, into: new,
        m: rows, n: columns, k: side, alpha: 1, .overwrite)
      backend.scale(old, by: a, into: new, .accumulate)
      swap(&old, &new)
    }
    return old
  }
}
