/// What a finished folder holds: the size and SHA-256 of every file, the caller's own facts, and a digest of all
/// that. A folder without a manifest that checks out is no checkpoint.
///
/// ```
/// pacer manifest 1
/// name step-120
/// fact run_id 5f2c
/// file 48212 9f86…0a08 state.h5
/// digest 60303ae2…
/// ```
package struct Manifest: Sendable, Equatable {
  /// One file of the folder.
  package struct Entry: Sendable, Equatable {
    package let name: String
    package let size: Int
    package let digest: SHA256Digest

    package init(name: String, size: Int, digest: SHA256Digest) {
      (self.name, self.size, self.digest) = (name, size, digest)
    }
  }

  /// One fact of the caller's: run id, step, recipe hash.
  package struct Fact: Sendable, Equatable {
    package let key: String
    package let value: String

    /// `key` is letters, digits, `_`, `-` and `.`; `value` is any text.
    package init(_ key: String, _ value: String) {
      precondition(Manifest.isKey(key), "'\(key)' cannot be the key of a fact")
      (self.key, self.value) = (key, value)
    }
  }

  /// The file's own name inside the folder.
  package static let fileName = "MANIFEST"
  static let byteLimit = 1 << 22
  private static let heading = "pacer manifest 1"

  /// The folder's name when it was committed; a renamed or misplaced folder shows.
  package let name: String
  package let facts: [Fact]
  /// Sorted by name.
  package let files: [Entry]

  package init(name: String, facts: [Fact], files: [Entry]) {
    (self.name, self.facts) = (name, facts)
    self.files = files.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// The value of a fact, nil when the caller wrote none of that key.
  package subscript(_ key: String) -> String? { facts.first { $0.key == key }?.value }

  /// The bytes of the file; equal manifests have equal bytes.
  package func encoded() -> [UInt8] {
    var text = Self.heading + "\nname \(Self.escaped(name))\n"
    for fact in facts { text += "fact \(fact.key) \(Self.escaped(fact.value))\n" }
    for file in files { text += "file \(file.size) \(file.digest) \(Self.escaped(file.name))\n" }
    return Array((text + "digest \(SHA256.hash(text))\n").utf8)
  }

  /// Reads what `encoded` wrote; `path` is for messages.
  package init(parsing bytes: [UInt8], path: String) throws(InputError) {
    func wrong(_ found: String, line: Int? = nil, remedy: String? = nil) -> InputError {
      InputError(.badData, file: path, at: line.map { .line($0) }, found: found, remedy: remedy)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw wrong("the manifest is not UTF-8")
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines[0] == Self.heading else {
      if lines[0].hasPrefix("pacer manifest ") {
        throw wrong(
          "manifest version \(DisplayText.escaped(String(lines[0].dropFirst(15)), limit: 20))",
          remedy: "This Pacer reads version 1; use the one that wrote it")
      }
      throw wrong("this is not a manifest of Pacer's")
    }
    var (name, facts, files): (String?, [Fact], [Entry]) = (nil, [], [])
    for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty && !line.hasPrefix("digest ") {
      let parts = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
      switch parts[0] {
      case "name" where name == nil: name = Self.unescaped(line.dropFirst(5))
      case "fact" where parts.count >= 3 && Self.isKey(parts[1]):
        facts.append(Fact(parts[1], Self.unescaped(line.dropFirst(6 + parts[1].utf8.count))))
      case "file":
        guard let entry = Self.entry(parts) else { throw wrong("not the line of a file", line: index + 1) }
        files.append(entry)
      default: throw wrong("a line that means nothing", line: index + 1)
      }
    }
    guard let name else { throw wrong("the manifest names no folder") }
    self.init(name: name, facts: facts, files: files)
    // One rule instead of many: whatever differs from what we would have written was not written by us.
    guard encoded() == bytes else { throw wrong("the manifest does not match its own digest") }
  }

  private static func entry(_ parts: [String]) -> Entry? {
    guard parts.count == 4, let size = Int(parts[1]), size >= 0, let digest = SHA256Digest(hex: parts[2])
    else {
      return nil
    }
    let name = unescaped(parts[3][...])
    guard Path.isPlainName(name), name != fileName else { return nil }
    return Entry(name: name, size: size, digest: digest)
  }

  private static func isKey(_ key: String) -> Bool {
    !key.isEmpty
      && key.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D, 0x2E: true
        default: false
        }
      }
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": result += "%25"
      case "\n": result += "%0A"
      case "\r": result += "%0D"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func unescaped(_ text: Substring) -> String {
    let pieces = text.split(separator: "%", omittingEmptySubsequences: false)
    var result = String(pieces[0])
    for piece in pieces.dropFirst() {
      switch piece.prefix(2) {
      case "25": result += "%"
      case "0A": result += "\n"
      case "0D": result += "\r"
      default: result += "?"
      }
      result += piece.dropFirst(2)
    }
    return result
  }
}
