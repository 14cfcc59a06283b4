internal import CKernels

extension CPUBackend: GatherBackend {
  package func gatherRows(_ table: Slot, ids: Slot, into y: Slot, rows: Int, columns: Int) {
    expect(ids, rows, "gatherRows")
    expect(y, rows * columns, "gatherRows")
    checkRange(ids, below: columns == 0 ? 0 : table.count / columns, "gatherRows")
    unsafe pk_gather_rows(pool, rows, columns, integers(ids), floats(table), floats(y))
  }

  package func scatterAddRows(_ y: Slot, ids: Slot, into table: Slot, rows: Int, columns: Int) {
    expect(ids, rows, "scatterAddRows")
    expect(y, rows * columns, "scatterAddRows")
    checkRange(ids, below: columns == 0 ? 0 : table.count / columns, "scatterAddRows")
    unsafe pk_scatter_add_rows(pool, rows, columns, integers(ids), floats(y), floats(table))
  }

  package func copyColumns(
    _ x: ColumnPart, into y: ColumnPart, rows: Int, columns: Int, _ mode: WriteMode
  ) {
    for part in [x, y] {
      expect(part.matrix, rows * part.columns, "copyColumns")
      precondition(
        part.first >= 0 && part.first + columns <= part.columns,
        "copyColumns: \(columns) columns from \(part.first) of \(part.columns)")
    }
    guard rows > 0 else { return }
    unsafe pk_copy_columns(
      pool, rows, columns, floats(x.matrix) + x.first, x.columns, mode.beta, floats(y.matrix) + y.first,
      y.columns)
  }

  package func compactRows(labels: Slot, into indices: Slot, rows: Int) -> Int {
    expect(labels, rows, "compactRows")
    expect(indices, rows, "compactRows")
    let label = unsafe integers(labels)
    let index = unsafe integers(indices)
    var count = 0
    for row in 0..<rows where unsafe label[row] >= 0 {
      unsafe index[count] = Int32(row)
      count += 1
    }
    return count
  }

  package func gatherIntegers(_ x: Slot, indices: Slot, into y: Slot, rows: Int) {
    precondition(indices.count >= rows && y.count >= rows, "gatherIntegers: \(rows) rows do not fit")
    let source = unsafe integers(x)
    let index = unsafe integers(indices)
    let target = unsafe integers(y)
    for row in 0..<rows {
      let from = Int(unsafe index[row])
      precondition(from < x.count, "gatherIntegers: index \(from) of \(x.count)")
      unsafe target[row] = from < 0 ? -1 : source[from]
    }
  }

  package func rope(
    _ x: Slot, positions: Slot, cosine: Slot, sine: Slot, into y: Slot, rows: Int, heads: Int, headSize: Int,
    inverse: Bool, _ mode: WriteMode
  ) {
    expect(x, rows * heads * headSize, "rope")
    expect(y, x.count, "rope")
    expect(positions, rows, "rope")
    expect(sine, cosine.count, "rope")
    checkRange(positions, below: headSize < 2 ? 0 : cosine.count / (headSize / 2), "rope")
    unsafe pk_rope(
      pool, rows, heads, headSize, integers(positions), floats(cosine), floats(sine), inverse ? 1 : 0,
      floats(x),
      mode.beta, floats(y))
  }

  /// Traps when an index is too large for the table behind it: the kernels check nothing.
  func checkRange(_ ids: Slot, below bound: Int, _ what: StaticString) {
    let id = unsafe integers(ids)
    for i in 0..<ids.count {
      let value = Int(unsafe id[i])
      precondition(value < bound, "\(what): index \(value) reaches outside a table of \(bound) rows")
    }
  }
}
