import CHDF5

/// Which libhdf5 this process runs with.
package enum HDF5Version {
  /// `1.10.8`; empty when the library does not say.
  package static var text: String {
    HDF5Library.prepare()
    var major: UInt32 = 0
    var minor: UInt32 = 0
    var release: UInt32 = 0
    guard unsafe H5get_libversion(&major, &minor, &release) >= 0 else { return "" }
    return "\(major).\(minor).\(release)"
  }

  /// Whether the library was built so that threads may call it at the same time, as Debian's is: then it takes a lock of
  /// its own in every call, and keeps errors by thread.
  package static var isThreadSafe: Bool {
    HDF5Library.prepare()
    var answer = false
    return unsafe H5is_library_threadsafe(&answer) >= 0 && answer
  }
}
