/// Small text files of the kernel.
enum ProcText {
  static func read(_ path: String) -> String? {
    guard let bytes = try? File.readAll(path, limit: 1 << 22) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The number that is the whole file.
  static func number(_ path: String) -> Int? {
    read(path).flatMap { Int($0.filter { !$0.isWhitespace }) }
  }

  /// The first number of the line that begins with `key`.
  static func value(of key: String, in path: String) -> Int? {
    guard let line = read(path)?.split(separator: "\n").first(where: { $0.hasPrefix(key) }) else {
      return nil
    }
    return line.dropFirst(key.count).split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }
  }

  /// What follows the colon in the first line `key : text`.
  static func field(_ key: String, in path: String) -> String? {
    for line in (read(path) ?? "").split(separator: "\n") where line.hasPrefix(key) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      return String(line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" })
    }
    return nil
  }
}
