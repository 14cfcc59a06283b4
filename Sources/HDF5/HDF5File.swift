import CHDF5
package import FileSystem

/// An open HDF5 file that closes itself.
///
/// Written files need libhdf5 1.10 or newer, are byte for byte the same for the same content, and are never
/// written in place: a new file is made, `close()` is called and checked, and `DurableFile` or
/// `DurableDirectory` gives it its name. Files are read by path only through plain (hard) links; links to other
/// files or names, virtual datasets and plug-in filters are refused.
///
/// ```swift
/// let file = try HDF5File(creating: "state.h5")
/// try file.createGroup("model")
/// try file.write(weights, shape: [rows, columns], to: "model/embed")
/// try file.close()
/// ```
package struct HDF5File: ~Copyable {
  /// As the caller gave it; messages name it.
  package let path: String
  /// Bytes of the file when it was opened for reading.
  let byteCount: Int
  private(set) var id: hid_t

  /// Makes a file that must not exist yet.
  package init(creating path: String) throws(InputError) {
    HDF5Library.prepare()
    try FaultInjector.check(.create, path)
    // The library would say less about these than the system does.
    guard Directory.kind(of: path, followsLinks: false) == nil else {
      throw InputError(.cannotCreate, file: path, found: "it exists already")
    }
    let access = try Self.accessList(path)
    let creation = HDF5Handle(pacer_h5_file_creation(), .propertyList)
    try HDF5Library.check(H5Pset_obj_track_times(creation.id, false), "leave out times", file: path)
    id = try HDF5Library.check(
      unsafe H5Fcreate(path, pacer_h5_exclusive(), creation.id, access.id), "create this file", file: path,
      code: .cannotCreate)
    byteCount = 0
    self.path = path
  }

  /// Opens a file for reading.
  package init(reading path: String) throws(InputError) {
    HDF5Library.prepare()
    let probe = try File(path, .read)
    let size = try probe.size()
    try probe.close()
    let access = try Self.accessList(path)
    id = try HDF5Library.check(
      unsafe H5Fopen(path, pacer_h5_read_only(), access.id), "open this file: it is damaged, or no HDF5 file",
      file: path)
    byteCount = size
    self.path = path
  }

  private static func accessList(_ path: String) throws(InputError) -> HDF5Handle {
    let list = HDF5Handle(pacer_h5_file_access(), .propertyList)
    try HDF5Library.check(pacer_h5_set_bounds(list.id), "choose its format", file: path)
    try HDF5Library.check(pacer_h5_leave_unlocked(list.id), "leave out locks", file: path)
    // Whatever is still open in the file ends with it, so that `close` really closes.
    try HDF5Library.check(H5Pset_fclose_degree(list.id, H5F_CLOSE_STRONG), "set up closing", file: path)
    return list
  }

  /// Writes what is left and closes the file. Only after this is the file complete (and still not on the disk:
  /// that takes `fsync`).
  package consuming func close() throws(InputError) {
    let closing = id
    let path = path
    // A second H5Fclose after a failed one crashes: the identifier is given up whatever happens.
    id = -1
    HDF5Library.prepare()
    let result = H5Fclose(closing)
    try FaultInjector.check(.close, path)
    try HDF5Library.check(result, "write the rest of this file", file: path, code: .inputOutput)
  }

  deinit {
    if id >= 0 {
      HDF5Library.prepare()
      H5Fclose(id)
    }
  }
}
