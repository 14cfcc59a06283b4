import CHDF5
package import FileSystem

/// Attributes of groups and datasets: one text, integer or real number each, small.
extension HDF5File {
  /// The object header holds all attributes of an object in 64 KB; longer text belongs into `writeText`.
  private static let attributeLimit = 32 << 10

  /// Attaches a text.
  package func setAttribute(_ name: String, _ text: String, on object: String = "/") throws(InputError) {
    var bytes = Array(text.utf8)
    precondition(
      bytes.count <= Self.attributeLimit, "the attribute \(name) is longer than an attribute can be")
    if bytes.isEmpty { bytes = [0] }
    try setAttribute(name, HDF5Handle(pacer_h5_make_string(bytes.count), .datatype), bytes, on: object)
  }

  /// Attaches an integer (stored in 64 bits).
  package func setAttribute(_ name: String, _ value: Int, on object: String = "/") throws(InputError) {
    try setAttribute(name, HDF5ElementType.int64.makeType(), [Int64(value)], on: object)
  }

  /// Attaches a real number (stored in 64 bits).
  package func setAttribute(_ name: String, _ value: Double, on object: String = "/") throws(InputError) {
    try setAttribute(name, HDF5ElementType.float64.makeType(), [value], on: object)
  }

  /// A text attribute, nil when there is none of that name. Throws when it is something else.
  package func string(_ name: String, on object: String = "/") throws(InputError) -> String? {
    guard let attribute = try openAttribute(name, on: object) else { return nil }
    let key = Self.key(object, name)
    let type = HDF5Handle(try check(H5Aget_type(attribute.id), key), .datatype)
    guard H5Tget_class(type.id) == H5T_STRING else { throw wrong(key, "not a text", "a text") }
    guard H5Tis_variable_str(type.id) == 0 else {
      var error = wrong(key, "a text of variable length", "one of fixed length")
      error.remedy = "In Python, write it as numpy.bytes_(text)"
      throw error
    }
    let size = H5Tget_size(type.id)
    guard size > 0, size <= 65_536 else { throw wrong(key, "a text of \(size) bytes", "less than 64 KB") }
    var bytes = [UInt8](repeating: 0, count: size)
    // Read with the file's own type: padding is ours to interpret.
    try check(unsafe H5Aread(attribute.id, type.id, &bytes), key)
    if H5Tget_strpad(type.id) == H5T_STR_SPACEPAD { while bytes.last == 0x20 { bytes.removeLast() } }
    let text = bytes.prefix { $0 != 0 }
    guard let text = String(validating: text, as: UTF8.self) else {
      throw wrong(key, "bytes that are not UTF-8", "text")
    }
    return text
  }

  /// An integer attribute of any width, nil when there is none of that name.
  package func integer(_ name: String, on object: String = "/") throws(InputError) -> Int? {
    guard let attribute = try openAttribute(name, on: object) else { return nil }
    let key = Self.key(object, name)
    let type = HDF5Handle(try check(H5Aget_type(attribute.id), key), .datatype)
    guard H5Tget_class(type.id) == H5T_INTEGER else { throw wrong(key, "not an integer", "an integer") }
    guard H5Tget_size(type.id) <= 8, !(H5Tget_size(type.id) == 8 && H5Tget_sign(type.id) == H5T_SGN_NONE)
    else {
      throw wrong(key, "an unsigned integer of 64 bits", "a signed one")
    }
    var value: Int64 = 0
    try check(unsafe H5Aread(attribute.id, pacer_h5_i64(), &value), key)
    return Int(value)
  }

  /// A real attribute of 32 or 64 bits, nil when there is none of that name.
  package func double(_ name: String, on object: String = "/") throws(InputError) -> Double? {
    guard let attribute = try openAttribute(name, on: object) else { return nil }
    let key = Self.key(object, name)
    let type = HDF5Handle(try check(H5Aget_type(attribute.id), key), .datatype)
    guard H5Tget_class(type.id) == H5T_FLOAT, H5Tget_size(type.id) <= 8 else {
      throw wrong(key, "not a real number", "a real number of at most 64 bits")
    }
    var value = 0.0
    try check(unsafe H5Aread(attribute.id, pacer_h5_f64(), &value), key)
    return value
  }

  private static func key(_ object: String, _ name: String) -> String { object + "@" + name }

  private func openAttribute(_ name: String, on object: String) throws(InputError) -> HDF5Handle? {
    _ = try kind(of: object)
    let full = try "/" + components(object).joined(separator: "/")
    let key = Self.key(object, name)
    guard try check(unsafe H5Aexists_by_name(id, full, name, 0), key) > 0 else { return nil }
    let attribute = HDF5Handle(try check(unsafe H5Aopen_by_name(id, full, name, 0, 0), key), .attribute)
    let space = HDF5Handle(try check(H5Aget_space(attribute.id), key), .dataspace)
    guard H5Sget_simple_extent_npoints(space.id) == 1 else {
      throw wrong(key, "more or less than one value", "one")
    }
    return attribute
  }

  private func setAttribute<Value: BitwiseCopyable>(
    _ name: String, _ type: consuming HDF5Handle, _ value: [Value], on object: String
  ) throws(InputError) {
    HDF5Library.prepare()
    try FaultInjector.check(.write, path)
    let full = try "/" + components(object).joined(separator: "/")
    let key = Self.key(object, name)
    let space = HDF5Handle(try check(H5Screate(H5S_SCALAR), key), .dataspace)
    let created = try HDF5Library.check(
      unsafe H5Acreate_by_name(id, full, name, type.id, space.id, 0, 0, 0), "create the attribute",
      file: path,
      object: key, code: .inputOutput)
    let attribute = HDF5Handle(created, .attribute)
    let result = unsafe value.withUnsafeBytes { unsafe H5Awrite(attribute.id, type.id, $0.baseAddress) }
    try HDF5Library.check(result, "write the attribute", file: path, object: key, code: .inputOutput)
  }
}
