import CHDF5
package import FileSystem

extension HDF5File {
  /// Opens a dataset for reading, after checking that what it declares can be in the file.
  package func dataset(_ name: String) throws(InputError) -> HDF5Dataset {
    let handle = try openDataset(name)
    let type = HDF5Handle(try check(H5Dget_type(handle.id), name), .datatype)
    guard var elementType = HDF5ElementType.matching(type.id) else {
      throw wrong(name, "an element type Pacer does not read", "a little-endian integer or float")
    }
    let shape = try checkedShape(handle, name, elementSize: elementType.size)
    if elementType == .uint16, try string("dtype", on: name) == "bfloat16" { elementType = .bfloat16 }
    return HDF5Dataset(name: name, shape: shape, elementType: elementType, file: path, handle: handle)
  }

  /// A whole dataset as an array, and its shape.
  package func read<Value: HDF5Element>(
    _ name: String, as type: Value.Type = Value.self, shape: [Int?]? = nil
  ) throws(InputError) -> [Value] {
    let dataset = try dataset(name)
    try dataset.require(shape: shape)
    return try dataset.readAll()
  }

  func openDataset(_ name: String) throws(InputError) -> HDF5Handle {
    guard try kind(of: name) == .dataset else { throw wrong(name, "a group", "a dataset") }
    let full = try "/" + components(name).joined(separator: "/")
    return HDF5Handle(try check(unsafe H5Dopen2(id, full, 0), name), .dataset)
  }

  /// The shape of a dataset whose storage can hold it: nothing is ever allocated from a size that the file only
  /// claims.
  func checkedShape(_ dataset: borrowing HDF5Handle, _ name: String, elementSize: Int) throws(InputError)
    -> [Int]
  {
    let space = HDF5Handle(try check(H5Dget_space(dataset.id), name), .dataspace)
    let rank = try check(H5Sget_simple_extent_ndims(space.id), name)
    guard (1...8).contains(rank) else { throw wrong(name, "\(rank) dimensions", "1 to 8") }
    var sizes = [hsize_t](repeating: 0, count: Int(rank))
    try check(unsafe H5Sget_simple_extent_dims(space.id, &sizes, nil), name)
    var shape: [Int] = []
    // The bytes of all sizes that are not zero: [0, 2^63] must not pass either.
    var bytes = elementSize
    var isEmpty = false
    for size in sizes {
      guard let size = Int(exactly: size) else {
        throw wrong(name, "a dimension of \(size)", "less than 2^63")
      }
      shape.append(size)
      isEmpty = isEmpty || size == 0
      let (product, overflow) = bytes.multipliedReportingOverflow(by: max(1, size))
      guard !overflow else { throw wrong(name, "the shape \(sizes), too large for any memory", "less") }
      bytes = product
    }
    try checkLayout(dataset, name, rank: Int(rank), elementSize: elementSize, bytes: isEmpty ? 0 : bytes)
    return shape
  }

  private func checkLayout(
    _ dataset: borrowing HDF5Handle, _ name: String, rank: Int, elementSize: Int, bytes: Int
  ) throws(InputError) {
    let list = HDF5Handle(try check(H5Dget_create_plist(dataset.id), name), .propertyList)
    let layout = H5Pget_layout(list.id)
    guard layout == H5D_CHUNKED || layout == H5D_CONTIGUOUS || layout == H5D_COMPACT else {
      throw wrong(name, "a virtual dataset", "one whose data is in this file")
    }
    guard try check(H5Pget_external_count(list.id), name) == 0 else {
      throw wrong(name, "data in another file", "data in this file")
    }
    let isCompressed = try checkFilters(list, name)
    if layout == H5D_CHUNKED {
      try checkChunks(list, name, rank: rank, elementSize: elementSize, bytes: bytes)
    }
    let stored = Int(clamping: H5Dget_storage_size(dataset.id))
    // Deflate packs at most 1032 to 1.
    let possible = stored.multipliedReportingOverflow(by: isCompressed ? 1032 : 1)
    guard bytes == 0 || possible.overflow || bytes <= possible.partialValue,
      stored <= byteCount || byteCount == 0
    else {
      throw wrong(
        name, "\(bytes) bytes declared but \(stored) stored", "a dataset that was written completely")
    }
  }

  /// Returns whether the dataset is compressed; throws for filters that would need a plug-in or old code.
  private func checkFilters(_ list: borrowing HDF5Handle, _ name: String) throws(InputError) -> Bool {
    var isCompressed = false
    for index in 0..<(try check(H5Pget_nfilters(list.id), name)) {
      var flags: UInt32 = 0
      var configuration: UInt32 = 0
      var valueCount = 0
      let filter = try check(
        unsafe H5Pget_filter2(list.id, UInt32(index), &flags, &valueCount, nil, 0, nil, &configuration), name)
      switch filter {
      case H5Z_FILTER_DEFLATE: isCompressed = true
      case H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32: break
      default: throw wrong(name, "the filter number \(filter)", "gzip, shuffle or fletcher32")
      }
    }
    return isCompressed
  }

  /// The library allocates whole chunks.
  private func checkChunks(
    _ list: borrowing HDF5Handle, _ name: String, rank: Int, elementSize: Int, bytes: Int
  ) throws(InputError) {
    var sizes = [hsize_t](repeating: 0, count: rank)
    try check(unsafe H5Pget_chunk(list.id, Int32(rank), &sizes), name)
    var chunk = elementSize
    for size in sizes {
      let (product, overflow) = chunk.multipliedReportingOverflow(by: Int(clamping: size))
      chunk = overflow ? Int.max : product
    }
    guard chunk <= max(64 << 20, bytes.multipliedReportingOverflow(by: 2).partialValue) else {
      throw wrong(name, "chunks of \(chunk) bytes", "at most 64 MiB, or the size of the data")
    }
  }

  @discardableResult
  func check<Result: BinaryInteger>(_ result: Result, _ name: String) throws(InputError) -> Result {
    try HDF5Library.check(result, "read this object", file: path, object: name)
  }
}
