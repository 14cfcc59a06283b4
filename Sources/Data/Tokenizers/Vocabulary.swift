import FileSystem

/// Which id spells which token; ids may have gaps.
struct Vocabulary: Sendable {
  /// Larger ids than any model has; bounds what a malformed file can make us allocate.
  static let idLimit = 1 << 24

  private(set) var tokens: [String?] = []
  private var table: ByteTable

  init(minimumCapacity: Int = 16) { table = ByteTable(minimumCapacity: minimumCapacity) }

  /// One more than the largest id.
  var size: Int { tokens.count }

  /// The id of a token, told apart by its bytes.
  func id(of token: String) -> Int32? { table.find(Array(token.utf8)) }

  /// The id of the token that `range` of `bytes` spells.
  func id(_ bytes: [UInt8], _ range: Range<Int>) -> Int32? { table.find(bytes, range) }

  /// The token with this id.
  func token(_ id: Int32) -> String? { tokens.indices.contains(Int(id)) ? tokens[Int(id)] : nil }

  /// What hinders adding a token.
  enum Conflict: Error, Equatable {
    case idOutOfRange
    case idTaken(by: String)
    case tokenTaken(by: Int32)
  }

  /// Gives `token` the id; the same pair twice is no conflict.
  mutating func insert(_ token: String, id: Int) throws(Conflict) {
    guard (0..<Self.idLimit).contains(id) else { throw .idOutOfRange }
    if id < tokens.count, let other = tokens[id] {
      guard ExactText(other) == ExactText(token) else { throw .idTaken(by: other) }
      return
    }
    let bytes = Array(token.utf8)
    guard table.insert(bytes, value: Int32(id)) else { throw .tokenTaken(by: table.find(bytes) ?? 0) }
    if id >= tokens.count { tokens += [String?](repeating: nil, count: id + 1 - tokens.count) }
    tokens[id] = token
  }

  /// As ``insert(_:id:)``, with the conflict told as an error about a file.
  mutating func insert(_ token: String, id: Int, file: String?, key: String) throws {
    do throws(Conflict) {
      try insert(token, id: id)
    } catch {
      let shown = token.utf8.count <= 60 ? token : String(token.prefix(15)) + "…"
      let (found, expected) =
        switch error {
        case .idOutOfRange: ("the id \(id) for '\(shown)'", "an id from 0 to \(Self.idLimit - 1)")
        case .idTaken(let other): ("the id \(id) for '\(shown)' and for '\(other)'", "each id once")
        case .tokenTaken(let other): ("the ids \(other) and \(id) for '\(shown)'", "one id for each token")
        }
      throw InputError(.badData, file: file, key: key, found: found, expected: expected)
    }
  }
}
