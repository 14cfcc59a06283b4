internal import CKernels

extension CPUBackend: StoredMatrixBackend {
  package func gemm(
    _ a: Slot, _ w: StoredMatrix, transposed: Bool, into c: Slot, m: Int, alpha: Float, _ mode: WriteMode
  ) {
    let (n, k) = transposed ? (w.rows, w.columns) : (w.columns, w.rows)
    guard w.element != .float32 else {
      return gemm(
        a, transposed: false, w.slot, transposed: transposed, into: c, m: m, n: n, k: k, alpha: alpha, mode)
    }
    expect(a, m * k, "gemm a")
    expect(c, m * n, "gemm c")
    var weights = unsafe stored(w)
    unsafe pk_gemm_weights(
      pool, transposed ? 1 : 0, m, n, k, alpha, floats(a), k, &weights, mode.beta, floats(c), n)
  }

  package func gatherRows(_ w: StoredMatrix, ids: Slot, into y: Slot, rows: Int) {
    guard w.element != .float32 else {
      return gatherRows(w.slot, ids: ids, into: y, rows: rows, columns: w.columns)
    }
    expect(ids, rows, "gatherRows")
    expect(y, rows * w.columns, "gatherRows")
    checkRange(ids, below: w.rows, "gatherRows")
    var weights = unsafe stored(w)
    unsafe pk_gather_weight_rows(pool, rows, w.columns, integers(ids), &weights, floats(y))
  }

  package func readRows(_ w: StoredMatrix, _ rows: Range<Int>) -> [Float] {
    checkRows(rows, of: w)
    guard memory == .taken else { return [Float](repeating: 0, count: rows.count * w.columns) }
    var weights = unsafe stored(w)
    return unsafe [Float](unsafeUninitializedCapacity: rows.count * w.columns) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      unsafe pk_weights_read(pool, &weights, rows.lowerBound, rows.count, w.columns, base)
      count = rows.count * w.columns
    }
  }

  package func writeRows(_ values: [Float], to w: StoredMatrix, _ rows: Range<Int>) {
    checkRows(rows, of: w)
    precondition(values.count == rows.count * w.columns, "writeRows: \(values.count) values for \(rows)")
    guard memory == .taken else { return }
    let places = unsafe addresses(w)
    unsafe values.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe pk_weights_write(
        rows.lowerBound, rows.count, w.columns, base, Self.code(w.element), places.elements, places.scale)
    }
  }

  private func checkRows(_ rows: Range<Int>, of w: StoredMatrix) {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= w.rows, "rows \(rows) of a matrix of \(w.rows) rows")
  }

  /// Where the elements and the factors of the rows stand.
  private func addresses(
    _ w: StoredMatrix
  ) -> (elements: UnsafeMutableRawPointer, scale: UnsafeMutablePointer<Float>) {
    precondition(max(w.rows, w.columns) <= 1 << 20, "a stored matrix of \(w.rows) x \(w.columns)")
    expect(w.slot, w.element.storedCount([w.rows, w.columns]), "stored matrix")
    let start = unsafe floats(w.slot)
    let elements = unsafe w.element == .int8 ? start + w.rows : start
    return unsafe (UnsafeMutableRawPointer(elements), start)
  }

  private func stored(_ w: StoredMatrix) -> pk_weights {
    let places = unsafe addresses(w)
    return unsafe pk_weights(
      storage: Self.code(w.element), elements: UnsafeRawPointer(places.elements),
      scale: UnsafePointer(places.scale))
  }

  private static func code(_ element: ElementType) -> Int32 {
    switch element {
    case .float32: Int32(PK_FLOAT32)
    case .bfloat16: Int32(PK_BFLOAT16)
    case .int8: Int32(PK_INT8)
    case .int32: preconditionFailure("weights are no integers")
    }
  }
}
