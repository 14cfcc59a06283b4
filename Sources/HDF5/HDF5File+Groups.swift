import CHDF5
package import FileSystem

/// One name in a group.
package struct HDF5Entry: Sendable, Equatable {
  /// What stands under a name.
  package enum Kind: Sendable, Equatable { case group, dataset }

  package let name: String
  package let kind: Kind
}

extension HDF5File {
  private static let depthLimit = 32
  private static let objectLimit = 1_000_000

  /// Makes a group, and those above it that are missing.
  package func createGroup(_ group: String) throws(InputError) {
    HDF5Library.prepare()
    var prefix = ""
    for component in try components(group) {
      prefix += "/" + component
      if unsafe pacer_h5_link_kind(id, prefix) == 0 { continue }
      try FaultInjector.check(.write, path)
      let list = HDF5Handle(pacer_h5_group_creation(), .propertyList)
      try HDF5Library.check(H5Pset_obj_track_times(list.id, false), "leave out times", file: path)
      let made = try HDF5Library.check(
        unsafe H5Gcreate2(id, prefix, 0, list.id, 0), "create the group", file: path, object: prefix,
        code: .inputOutput)
      _ = HDF5Handle(made, .group)
    }
  }

  /// Whether something stands under a path.
  package func contains(_ object: String) -> Bool { (try? kind(of: object)) != nil }

  /// What stands under a path; throws when nothing does, or a link that is refused.
  package func kind(of object: String) throws(InputError) -> HDF5Entry.Kind {
    HDF5Library.prepare()
    var prefix = ""
    for component in try components(object) {
      prefix += "/" + component
      switch unsafe pacer_h5_link_kind(id, prefix) {
      case 0: continue
      case 1, 2: throw wrong(prefix, "a link to somewhere else", "an object in this file")
      default:
        HDF5Library.discardComplaint()
        throw InputError(.badData, file: path, key: DisplayText.escaped(prefix), found: "missing")
      }
    }
    switch unsafe pacer_h5_object_kind(id, prefix.isEmpty ? "/" : prefix) {
    case 0: return .group
    case 1: return .dataset
    case 2: throw wrong(prefix, "neither a group nor a dataset", "one of them")
    default: throw try unreadable(prefix)
    }
  }

  /// What stands in a group, in the byte order of the names.
  package func list(_ group: String = "/") throws(InputError) -> [HDF5Entry] {
    guard try kind(of: group) == .group else { throw wrong(group, "a dataset", "a group") }
    let full = try "/" + components(group).joined(separator: "/")
    let opened = try HDF5Library.check(
      unsafe H5Gopen2(id, full, 0), "open the group", file: path, object: group)
    let handle = HDF5Handle(opened, .group)
    var info = H5G_info_t()
    try HDF5Library.check(unsafe H5Gget_info(handle.id, &info), "count its names", file: path, object: group)
    guard info.nlinks <= Self.objectLimit else { throw wrong(group, "\(info.nlinks) names", "fewer") }
    var entries: [HDF5Entry] = []
    for index in 0..<info.nlinks {
      let name = try linkName(handle.id, index, group)
      guard Self.isName(name) else {
        throw wrong(group, "the name '\(DisplayText.escaped(name))'", "plain text")
      }
      entries.append(HDF5Entry(name: name, kind: try kind(of: full == "/" ? name : full + "/" + name)))
    }
    return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// The paths of all datasets below a group, depth first, names in byte order, without the leading slash.
  package func datasets(under group: String = "/") throws(InputError) -> [String] {
    var found: [String] = []
    var visited = 0
    try visit(try components(group).joined(separator: "/"), depth: 0, &visited, &found)
    return found
  }

  private func visit(
    _ group: String, depth: Int, _ visited: inout Int, _ found: inout [String]
  ) throws(InputError) {
    guard depth < Self.depthLimit else {
      throw wrong(group, "groups within groups", "at most \(Self.depthLimit)")
    }
    for entry in try list(group) {
      visited += 1
      // A group can be made to contain itself; only a count ends that.
      guard visited <= Self.objectLimit else { throw wrong(group, "more than \(visited) objects", "fewer") }
      let child = group.isEmpty ? entry.name : group + "/" + entry.name
      switch entry.kind {
      case .dataset: found.append(child)
      case .group: try visit(child, depth: depth + 1, &visited, &found)
      }
    }
  }

  private func linkName(_ group: hid_t, _ index: hsize_t, _ object: String) throws(InputError) -> String {
    let length = Int(
      try HDF5Library.check(pacer_h5_link_name(group, index, nil, 0), "list it", file: path, object: object))
    guard length <= 4096 else { throw wrong(object, "a name of \(length) bytes", "at most 4096") }
    var buffer = [CChar](repeating: 0, count: length + 1)
    try HDF5Library.check(
      unsafe pacer_h5_link_name(group, index, &buffer, buffer.count), "list it", file: path, object: object)
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The components of an object's path; a leading slash is optional.
  func components(_ object: String) throws(InputError) -> [String] {
    let parts = object.split(separator: "/").map(String.init)
    for part in parts where !Self.isName(part) {
      throw wrong(object, "this cannot be the name of an object", "a name")
    }
    return parts
  }

  private static func isName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".."
      && name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "/" }
  }

  /// Something that is wrong with an object of this file.
  package func wrong(_ object: String, _ found: String, _ expected: String) -> InputError {
    InputError(.badData, file: path, key: DisplayText.escaped(object), found: found, expected: expected)
  }

  private func unreadable(_ object: String) throws(InputError) -> InputError {
    try HDF5Library.check(-1, "read this object", file: path, object: object)
    preconditionFailure("a negative answer always throws")
  }
}
