/// The few questions Pacer asks of a path; paths are plain strings.
package enum Path {
  /// `folder/name`, without doubling a slash.
  package static func joined(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// The last component: `c.h5` of `a/b/c.h5`, `b` of `a/b/`.
  package static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? (path.hasPrefix("/") ? "/" : ".")
  }

  /// The folder that holds it: `a/b` of `a/b/c.h5`, `.` of `c.h5`, `/` of `/c.h5`.
  package static func folder(of path: String) -> String {
    var trimmed = path[...]
    while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
    guard let slash = trimmed.lastIndex(of: "/") else { return "." }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  }

  /// Whether `name` can only ever mean a file inside its folder: one component, printable, at most 200 bytes,
  /// neither `.` nor `..`. Names that come out of a file must pass before they touch the disk.
  package static func isPlainName(_ name: String) -> Bool {
    guard !name.isEmpty, name != ".", name != "..", name.utf8.count <= 200 else { return false }
    return name.unicodeScalars.allSatisfy { $0 != "/" && $0.value >= 0x20 && $0.value != 0x7F }
  }
}
