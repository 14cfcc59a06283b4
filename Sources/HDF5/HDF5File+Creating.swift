import CHDF5
package import FileSystem

extension HDF5File {
  /// Bytes that a chunk should have; a chunk is what is compressed, checksummed and read as a whole.
  package static var standardChunkBytes: Int { 512 << 10 }

  /// Makes a dataset to be filled row by row. Groups above it are made too.
  ///
  /// - Parameters:
  ///   - shape: `[rows, …]`, at least one dimension; sizes may be 0.
  ///   - chunkBytes: what a chunk should have at most: few where rows will be read here and there.
  package func createDataset(
    _ name: String, _ type: HDF5ElementType, shape: [Int], compression: HDF5Compression = .none,
    chunkBytes: Int = standardChunkBytes
  ) throws(InputError) -> HDF5Dataset {
    let handle = try create(
      name, type.makeType(), elementSize: type.size, shape: shape, compression, chunkBytes: chunkBytes)
    if type == .bfloat16 { try setAttribute("dtype", "bfloat16", on: name) }
    return HDF5Dataset(name: name, shape: shape, elementType: type, file: path, handle: handle)
  }

  /// Makes and fills a dataset: `values: shape`. `type` differs from the array's own for float16 and bfloat16
  /// bits only.
  package func write<Value: HDF5Element>(
    _ values: [Value], as type: HDF5ElementType = Value.elementType, shape: [Int]? = nil, to name: String,
    compression: HDF5Compression = .none
  ) throws(InputError) {
    let shape = shape ?? [values.count]
    precondition(shape.reduce(1, *) == values.count, "\(name): \(values.count) values for the shape \(shape)")
    let dataset = try createDataset(name, type, shape: shape, compression: compression)
    try dataset.write(rows: 0..<shape[0], from: values)
  }

  func create(
    _ name: String, _ type: borrowing HDF5Handle, elementSize: Int, shape: [Int],
    _ compression: HDF5Compression, chunkBytes: Int = standardChunkBytes
  ) throws(InputError) -> HDF5Handle {
    precondition(
      !shape.isEmpty && shape.count <= 8 && shape.allSatisfy { $0 >= 0 }, "\(name): shape \(shape)")
    HDF5Library.prepare()
    try FaultInjector.check(.write, path)
    let parts = try components(name)
    precondition(!parts.isEmpty, "a dataset needs a name")
    try createGroup(parts.dropLast().joined(separator: "/"))
    let list = try creationList(name, shape, compression, room: max(1, chunkBytes / elementSize))
    let space = HDF5Handle(
      try HDF5Library.check(
        unsafe H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil), "shape it", file: path,
        object: name), .dataspace)
    let id = try HDF5Library.check(
      unsafe H5Dcreate2(id, "/" + parts.joined(separator: "/"), type.id, space.id, 0, list.id, 0),
      "create the dataset", file: path, object: name, code: .inputOutput)
    return HDF5Handle(id, .dataset)
  }

  /// - Parameter room: elements that a chunk should have at most.
  private func creationList(
    _ name: String, _ shape: [Int], _ compression: HDF5Compression, room: Int
  ) throws(InputError) -> HDF5Handle {
    let list = HDF5Handle(pacer_h5_dataset_creation(), .propertyList)
    try HDF5Library.check(H5Pset_obj_track_times(list.id, false), "leave out times", file: path, object: name)
    // The library has no chunks of nothing; a dataset without elements has nothing to check either.
    guard shape.allSatisfy({ $0 > 0 }) else { return list }
    var room = room
    var chunk = [hsize_t](repeating: 1, count: shape.count)
    for axis in shape.indices.reversed() {
      chunk[axis] = hsize_t(min(shape[axis], room))
      room = max(1, room / shape[axis])
    }
    try HDF5Library.check(
      unsafe H5Pset_chunk(list.id, Int32(chunk.count), chunk), "chunk it", file: path, object: name)
    if case .deflate(let level) = compression {
      precondition((1...9).contains(level), "deflate has levels 1 to 9, not \(level)")
      try HDF5Library.check(H5Pset_shuffle(list.id), "shuffle it", file: path, object: name)
      try HDF5Library.check(H5Pset_deflate(list.id, UInt32(level)), "compress it", file: path, object: name)
    }
    try HDF5Library.check(H5Pset_fletcher32(list.id), "checksum it", file: path, object: name)
    return list
  }
}
