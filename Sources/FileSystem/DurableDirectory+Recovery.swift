/// Finding, keeping and clearing away committed folders named `<prefix><number>`.
extension DurableDirectory {
  /// The newest folder that is what its manifest says, and the newer ones that are not.
  package struct Newest: Sendable {
    package let folder: String
    package let number: Int
    package let manifest: Manifest
    /// Newer folders that failed, newest first, each with the reason.
    package let rejected: [(folder: String, error: InputError)]
  }

  /// The committed folders `<prefix><number>` in `parent`, by ascending number, unverified.
  package static func numbered(in parent: String, prefix: String) throws(InputError) -> [(
    number: Int, folder: String
  )] {
    guard Directory.kind(of: parent) == .folder else { return [] }
    var found: [(number: Int, folder: String)] = []
    for name in try Directory.list(parent) where name.hasPrefix(prefix) {
      let digits = name.dropFirst(prefix.count)
      // Only the spelling we write: `step-7`, neither `step-07` nor `step-+7`.
      guard let number = Int(digits), number >= 0, String(number) == digits else { continue }
      found.append((number, Path.joined(parent, name)))
    }
    return found.sorted { $0.number < $1.number }
  }

  /// Looks from the newest folder down for one whose every byte verifies; nil when there is no folder at all.
  ///
  /// Throws the newest folder's error, with all folders named, when none of them verifies: starting from
  /// nothing must be the user's decision.
  package static func newestValid(in parent: String, prefix: String) throws(InputError) -> Newest? {
    var rejected: [(folder: String, error: InputError)] = []
    for (number, folder) in try numbered(in: parent, prefix: prefix).reversed() {
      do throws(InputError) {
        let manifest = try verify(folder, expectedName: prefix + String(number))
        return Newest(folder: folder, number: number, manifest: manifest, rejected: rejected)
      } catch { rejected.append((folder, error)) }
    }
    guard var error = rejected.first?.error else { return nil }
    error.remedy =
      "None of the \(rejected.count) saved states in \(parent) is intact; restore one from a copy"
    throw error
  }

  /// Removes all but the last `keepLast` folders, and those named in `alsoKeeping`.
  ///
  /// Deletes nothing unless the newest folder verifies from disk. A folder first gets a discarded name, so that
  /// no half-deleted one is ever found under its own.
  ///
  /// - Returns: the folders removed.
  @discardableResult
  package static func prune(
    in parent: String, prefix: String, keepLast: Int, alsoKeeping names: [String] = []
  ) throws(InputError) -> [String] {
    precondition(keepLast >= 1, "pruning must keep something")
    let all = try numbered(in: parent, prefix: prefix)
    let surplus = all.dropLast(keepLast).filter { !names.contains(Path.name(of: $0.folder)) }
    guard let newest = all.last, !surplus.isEmpty else { return [] }
    _ = try verify(newest.folder, expectedName: Path.name(of: newest.folder))
    for (_, folder) in surplus { try discard(folder) }
    return surplus.map(\.folder)
  }

  /// Removes one committed folder so that a kill in the middle leaves only litter.
  package static func discard(_ folder: String) throws(InputError) {
    let name = TemporaryName.next(for: Path.name(of: folder), prefix: TemporaryName.discardedPrefix)
    let aside = Path.joined(Path.folder(of: folder), name)
    try Directory.rename(folder, to: aside, replaces: false)
    try Directory.removeTree(aside)
  }

  /// Renames a folder that does not verify to `invalid-<name>`, where it is kept for a person to look at.
  ///
  /// - Returns: its new path.
  @discardableResult
  package static func setAside(_ folder: String) throws(InputError) -> String {
    let base = Path.joined(Path.folder(of: folder), "invalid-" + Path.name(of: folder))
    var aside = base
    var count = 1
    while Directory.kind(of: aside, followsLinks: false) != nil {
      count += 1
      aside = "\(base)-\(count)"
    }
    try Directory.rename(folder, to: aside, replaces: false)
    try Directory.sync(Path.folder(of: folder))
    return aside
  }

  /// Removes what dead processes left behind. Call only while holding the `RunLock` that guards `parent`.
  ///
  /// - Returns: the names removed.
  @discardableResult
  package static func removeLitter(in parent: String) throws(InputError) -> [String] {
    guard Directory.kind(of: parent) == .folder else { return [] }
    let names = try Directory.list(parent).filter(TemporaryName.isLitter)
    for name in names { try Directory.removeTree(Path.joined(parent, name)) }
    return names
  }
}
