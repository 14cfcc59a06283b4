/// What a device must provide. Addresses are slots, so the same operations run on any device.
///
/// Split by kernel family; shapes are given in each family's own file.
package typealias Backend = AttentionBackend & ElementwiseBackend & FactoredOptimizerBackend
  & GatherBackend & LossBackend & MatrixBackend & MemoryBackend & NormBackend & OptimizerBackend
  & SamplingBackend & StoredMatrixBackend

/// Memory: regions, filling, reading and writing.
package protocol MemoryBackend: AnyObject {
  /// A new region without memory.
  func makeRegion(label: String) -> Region
  /// Gives a region room for `count` elements of four bytes, NaN-poisoned. What it held is lost.
  func reserve(_ region: Region, count: Int)
  /// Takes the memory of a region back.
  func release(_ region: Region)
  /// How often memory was taken since the start; a training step must not change it.
  var reservationCount: Int { get }
  /// Bytes held by all regions.
  var reservedBytes: Int { get }

  func fill(_ slot: Slot, _ value: Float)
  func write(_ values: [Float], to slot: Slot)
  func write(_ values: [Int32], to slot: Slot)
  func read(_ slot: Slot) -> [Float]
  func read(_ slot: Slot, into values: inout [Float])
  func readIntegers(_ slot: Slot) -> [Int32]
  /// The single element of a slot.
  func scalar(_ slot: Slot) -> Float
  /// The index of the first element that is NaN or infinite.
  func firstNonFinite(_ slot: Slot) -> Int?
}

/// Matrix products.
package protocol MatrixBackend: AnyObject {
  /// c = alpha op(a) op(b) + (accumulate ? c : 0); op(a): [m, k], op(b): [k, n], c: [m, n].
  func gemm(
    _ a: Slot, transposed: Bool, _ b: Slot, transposed: Bool, into c: Slot, m: Int, n: Int, k: Int,
    alpha: Float,
    _ mode: WriteMode)
}

/// Element by element, and sums over rows.
package protocol ElementwiseBackend: AnyObject {
  /// y = a x (+ y).
  func scale(_ x: Slot, by a: Float, into y: Slot, _ mode: WriteMode)
  /// y = x1 + x2; y may be either.
  func add(_ x1: Slot, _ x2: Slot, into y: Slot)
  /// y = x1 x2 (+ y).
  func multiply(_ x1: Slot, _ x2: Slot, into y: Slot, _ mode: WriteMode)
  /// y[r, c] = x[r, c] + b[c]; y may be x.
  func addRow(_ x: Slot, _ b: Slot, into y: Slot, rows: Int, columns: Int)
  /// y[c] = sum over r of x[r, c] (+ y).
  func sumRows(_ x: Slot, into y: Slot, rows: Int, columns: Int, _ mode: WriteMode)
  /// y = silu(x); y may be x.
  func silu(_ x: Slot, into y: Slot)
  /// The gradient of `silu`; an overwritten dx may be dy.
  func siluBackward(_ dy: Slot, _ x: Slot, dx: GradientSlot)
  /// y = silu(gate) up.
  func swiGLU(gate: Slot, up: Slot, into y: Slot)
  /// Gradients of `swiGLU`; nil where none is wanted. An overwritten gradient may be dy.
  func swiGLUBackward(_ dy: Slot, gate: Slot, up: Slot, dgate: GradientSlot?, dup: GradientSlot?)
  /// y[r, c] = x[r, c] + amplitudes[r] (u - 1/2), u the upper 24 bits of the first Philox word under `key` at step
  /// step[0] + 2^32 step[1] and index r columns + c; y may be x. x: [rows, columns], amplitudes: [rows], step: int [2],
  /// not negative.
  func addUniformNoise(
    _ x: Slot, amplitudes: Slot, step: Slot, key: SIMD2<UInt32>, into y: Slot, rows: Int, columns: Int)
  /// The sum of squares, in double precision, in a fixed order.
  func sumOfSquares(_ x: Slot) -> Double
  /// x clamped to [-limit, limit] in place.
  func clamp(_ x: Slot, to limit: Float)
}

/// Normalisation.
package protocol NormBackend: AnyObject {
  /// y = x / rms(x) w for rows of x: [rows, columns]; inverseRMS: [rows].
  func rmsNorm(
    _ x: Slot, _ w: Slot, into y: Slot, inverseRMS: Slot, rows: Int, columns: Int, epsilon: Float)
  /// Gradients of `rmsNorm`; an overwritten dx may be dy.
  func rmsNormBackward(
    _ dy: Slot, _ x: Slot, _ w: Slot, inverseRMS: Slot, dx: GradientSlot?, dw: GradientSlot?, rows: Int,
    columns: Int)
}

/// Rows by index.
package protocol GatherBackend: AnyObject {
  /// y[r, :] = table[ids[r], :]; a negative id gives zeros. ids: int [rows].
  func gatherRows(_ table: Slot, ids: Slot, into y: Slot, rows: Int, columns: Int)
  /// y[r, to + c] = x[r, from + c] (+ y) for the columns c of a part of each row. x, y: [rows, their own columns].
  func copyColumns(_ x: ColumnPart, into y: ColumnPart, rows: Int, columns: Int, _ mode: WriteMode)
  /// table[ids[r], :] += y[r, :] in row order.
  func scatterAddRows(_ y: Slot, ids: Slot, into table: Slot, rows: Int, columns: Int)
  /// The row numbers whose label is not negative, in order, written to the front of `indices`; returns how many.
  /// labels, indices: int [rows].
  func compactRows(labels: Slot, into indices: Slot, rows: Int) -> Int
  /// y[r] = x[indices[r]] for integers, -1 where the index is negative.
  func gatherIntegers(_ x: Slot, indices: Slot, into y: Slot, rows: Int)
  /// Rotary positions; pairs are (j, j + headSize/2). cosine, sine: [positions, headSize/2], positions: int [rows].
  /// y = rotated x (+ y); an overwritten y may be x.
  func rope(
    _ x: Slot, positions: Slot, cosine: Slot, sine: Slot, into y: Slot, rows: Int, heads: Int, headSize: Int,
    inverse: Bool, _ mode: WriteMode)
}

/// Where a part of each row of a matrix begins.
package struct ColumnPart: Sendable, Hashable {
  /// [rows, columns].
  package let matrix: Slot
  /// Columns of a whole row.
  package let columns: Int
  /// The first column of the part.
  package let first: Int

  /// The part of `matrix` from column `first` on.
  package init(_ matrix: Slot, columns: Int, first: Int = 0) {
    (self.matrix, self.columns, self.first) = (matrix, columns, first)
  }
}
