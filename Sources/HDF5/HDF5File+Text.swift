import CHDF5
package import FileSystem

/// Text of any length, and lists of short texts.
extension HDF5File {
  /// Writes a text as a dataset of its UTF-8 bytes; `file[name][:].tobytes().decode()` reads it in Python.
  package func writeText(_ text: String, to name: String) throws(InputError) {
    let bytes = Array(text.utf8)
    try write(bytes, to: name, compression: bytes.count > 4096 ? .deflate(level: 4) : .none)
    try setAttribute("dtype", "utf-8", on: name)
  }

  /// Reads what `writeText` wrote.
  package func readText(_ name: String) throws(InputError) -> String {
    let bytes = try read(name, as: UInt8.self, shape: [nil])
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw wrong(name, "bytes that are not UTF-8", "text")
    }
    return text
  }

  /// Writes a list of texts without NUL characters as a dataset of fixed-length UTF-8 strings.
  package func writeStrings(_ strings: [String], to name: String) throws(InputError) {
    let width = max(1, strings.map(\.utf8.count).max() ?? 1)
    var bytes = [UInt8](repeating: 0, count: strings.count * width)
    for (index, string) in strings.enumerated() {
      if string.utf8.contains(0) { throw wrong(name, "a text with a NUL character in it", "text") }
      for (offset, byte) in string.utf8.enumerated() { bytes[index * width + offset] = byte }
    }
    let type = HDF5Handle(pacer_h5_make_string(width), .datatype)
    let dataset = try create(name, type, elementSize: width, shape: [strings.count], .none)
    if strings.isEmpty { return }
    try FaultInjector.check(.write, path)
    try HDF5Library.check(
      unsafe H5Dwrite(dataset.id, type.id, 0, 0, 0, &bytes), "write the texts", file: path, object: name,
      code: .inputOutput)
  }

  /// Reads a list of fixed-length texts.
  package func readStrings(_ name: String) throws(InputError) -> [String] {
    let dataset = try openDataset(name)
    let type = HDF5Handle(try check(H5Dget_type(dataset.id), name), .datatype)
    guard H5Tget_class(type.id) == H5T_STRING, H5Tis_variable_str(type.id) == 0 else {
      throw wrong(name, "not a list of texts of fixed length", "one (in Python, an array of type 'S')")
    }
    let width = H5Tget_size(type.id)
    guard width > 0, width <= 1 << 20 else { throw wrong(name, "texts of \(width) bytes", "at most 1 MiB") }
    let shape = try checkedShape(dataset, name, elementSize: width)
    guard shape.count == 1 else { throw wrong(name, "the shape \(shape)", "a list") }
    var bytes = [UInt8](repeating: 0, count: shape[0] * width)
    if bytes.isEmpty { return [] }
    try check(unsafe H5Dread(dataset.id, type.id, 0, 0, 0, &bytes), name)
    var strings: [String] = []
    for index in 0..<shape[0] {
      let text = bytes[(index * width)..<((index + 1) * width)].prefix { $0 != 0 }
      guard let string = String(validating: text, as: UTF8.self) else {
        throw wrong("\(name)[\(index)]", "bytes that are not UTF-8", "text")
      }
      strings.append(string)
    }
    return strings
  }
}
