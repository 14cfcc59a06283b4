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
}
