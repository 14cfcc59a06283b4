/// A row-major matrix of weights as it stands in memory: float32, or frozen in fewer bytes.
package struct StoredMatrix: Sendable, Hashable {
  package let slot: Slot
  package let element: ElementType
  package let rows: Int
  package let columns: Int

  /// A matrix; `slot` holds `element.storedCount` elements of four bytes.
  package init(slot: Slot, element: ElementType, rows: Int, columns: Int) {
    self.slot = slot
    self.element = element
    self.rows = rows
    self.columns = columns
  }
}

extension StoredMatrix {
  /// Input `index` of an operation.
  init(_ slot: Slot, _ type: TensorType) {
    self.init(slot: slot, element: type.element, rows: type.shape.rows, columns: type.shape.columns)
  }
}

/// Products with frozen matrices that may be stored in fewer bytes; sums are float32 in any case.
package protocol StoredMatrixBackend: AnyObject {
  /// c = alpha a op(w) (+ c); a: [m, k], op(w): [k, n], c: [m, n].
  func gemm(
    _ a: Slot, _ w: StoredMatrix, transposed: Bool, into c: Slot, m: Int, alpha: Float, _ mode: WriteMode)
  /// y[r, :] = w[ids[r], :]; a negative id gives zeros. ids: int [rows].
  func gatherRows(_ w: StoredMatrix, ids: Slot, into y: Slot, rows: Int)
  /// Rows as float32.
  func readRows(_ w: StoredMatrix, _ rows: Range<Int>) -> [Float]
  /// Replaces rows; bfloat16 takes the nearest number, int8 the nearest of 255 steps between the row's extremes.
  func writeRows(_ values: [Float], to w: StoredMatrix, _ rows: Range<Int>)
}
