import CHDF5
package import FileSystem

extension HDF5Dataset {
  /// Reads rows into memory of the caller's: `values: [rows.count, rowSize]`.
  ///
  /// The element type must be the dataset's own; float16 and bfloat16 are read as their bits (`UInt16`).
  package func read<Value: HDF5Element>(rows: Range<Int>, into values: inout MutableSpan<Value>)
    throws(InputError)
  {
    try requireBits(of: Value.self)
    precondition(values.count == rows.count * rowSize, "\(name): \(values.count) elements for rows \(rows)")
    try unsafe values.withUnsafeMutableBufferPointer { (buffer) throws(InputError) in
      guard let base = buffer.baseAddress, !buffer.isEmpty else { return }
      try FaultInjector.check(.read, file)
      try transfer(rows, "read") { memory, disk, type in
        unsafe H5Dread(handle.id, type, memory, disk, 0, base)
      }
    }
  }

  /// Reads rows; `values` becomes `[rows.count, rowSize]`, keeping its memory when it has that size already.
  package func read<Value: HDF5Element>(rows: Range<Int>, into values: inout [Value]) throws(InputError) {
    let count = rows.count * rowSize
    if values.count != count { values = Array(repeating: Value.filler, count: count) }
    var span = values.mutableSpan
    try read(rows: rows, into: &span)
  }

  /// The whole dataset as an array. Its size has been checked against the bytes in the file.
  package func readAll<Value: HDF5Element>(as type: Value.Type = Value.self) throws(InputError) -> [Value] {
    var values: [Value] = []
    try read(rows: 0..<rowCount, into: &values)
    return values
  }

  /// Writes rows from memory of the caller's: `values: [rows.count, rowSize]`.
  package func write<Value: HDF5Element>(rows: Range<Int>, from values: Span<Value>) throws(InputError) {
    try requireBits(of: Value.self)
    precondition(values.count == rows.count * rowSize, "\(name): \(values.count) elements for rows \(rows)")
    try unsafe values.withUnsafeBufferPointer { (buffer) throws(InputError) in
      guard let base = buffer.baseAddress, !buffer.isEmpty else { return }
      try FaultInjector.check(.write, file)
      try transfer(rows, "write", code: .inputOutput) { memory, disk, type in
        unsafe H5Dwrite(handle.id, type, memory, disk, 0, base)
      }
    }
  }

  /// Writes rows: `values: [rows.count, rowSize]`.
  package func write<Value: HDF5Element>(rows: Range<Int>, from values: [Value]) throws(InputError) {
    try write(rows: rows, from: values.span)
  }

  private func requireBits<Value: HDF5Element>(of type: Value.Type) throws(InputError) {
    let isHalf = elementType == .float16 || elementType == .bfloat16
    guard Value.elementType == elementType || (isHalf && Value.elementType == .uint16) else {
      throw error(found: "elements of type \(elementType.rawValue)", expected: Value.elementType.rawValue)
    }
  }

  private func transfer(
    _ rows: Range<Int>, _ action: String, code: InputError.Code = .badData,
    _ call: (_ memory: hid_t, _ disk: hid_t, _ type: hid_t) -> herr_t
  ) throws(InputError) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "\(name): rows \(rows) of \(rowCount)")
    HDF5Library.prepare()
    let disk = HDF5Handle(
      try HDF5Library.check(H5Dget_space(handle.id), action, file: file, object: name), .dataspace)
    var start = [hsize_t](repeating: 0, count: shape.count)
    var count = shape.map { hsize_t($0) }
    start[0] = hsize_t(rows.lowerBound)
    count[0] = hsize_t(rows.count)
    try HDF5Library.check(
      unsafe H5Sselect_hyperslab(disk.id, H5S_SELECT_SET, start, nil, count, nil), action, file: file,
      object: name)
    let memory = HDF5Handle(
      try HDF5Library.check(
        unsafe H5Screate_simple(Int32(count.count), count, nil), action, file: file, object: name), .dataspace
    )
    let type = elementType.makeType()
    try HDF5Library.check(
      call(memory.id, disk.id, type.id), "\(action) rows \(rows)", file: file, object: name, code: code)
  }
}
