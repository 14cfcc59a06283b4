import CHDF5

/// An identifier of the library's that is given back exactly once.
struct HDF5Handle: ~Copyable {
  enum Kind { case dataset, group, propertyList, dataspace, datatype, attribute }

  let id: hid_t
  private let kind: Kind

  init(_ id: hid_t, _ kind: Kind) {
    precondition(id >= 0, "a failed HDF5 call is not a handle")
    (self.id, self.kind) = (id, kind)
  }

  deinit {
    // Nothing depends on the answer: data is flushed, and its errors reported, by writing and closing the file.
    switch kind {
    case .dataset: H5Dclose(id)
    case .group: H5Gclose(id)
    case .propertyList: H5Pclose(id)
    case .dataspace: H5Sclose(id)
    case .datatype: H5Tclose(id)
    case .attribute: H5Aclose(id)
    }
  }
}
