/// The world is wrong: a file, a recipe, a model or a disk is not what Pacer needs.
///
/// One struct for every such error, so that a person always reads the same sentence (where, what was found,
/// what was expected, how to mend it) and a script always gets the same exit code. Bugs of our own are
/// preconditions instead.
public struct InputError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of trouble it is; decides the exit code of the command line.
  public enum Code: String, Sendable, CaseIterable {
    /// A command line or recipe that cannot be understood (exit 64).
    case usage
    /// Bytes that are not what their format or checksum says (exit 65).
    case badData = "bad-data"
    /// A file or folder that is not there (exit 66).
    case missing
    /// Training stopped because the numbers went wrong (exit 70).
    case numeric
    /// The operating system refused (exit 71).
    case system
    /// An output that exists already or cannot be created (exit 73).
    case cannotCreate = "cannot-create"
    /// Reading or writing failed, a full disk among others (exit 74).
    case inputOutput = "io"
    /// Somebody else holds the run directory (exit 75).
    case busy

    /// The process exit status, after `sysexits.h`.
    public var exitStatus: Int32 {
      switch self {
      case .usage: 64
      case .badData: 65
      case .missing: 66
      case .numeric: 70
      case .system: 71
      case .cannotCreate: 73
      case .inputOutput: 74
      case .busy: 75
      }
    }
  }

  /// Where inside a file.
  public enum Position: Sendable, Equatable, CustomStringConvertible {
    /// One-based line, and column where known.
    case line(Int, column: Int? = nil)
    /// Zero-based byte offset.
    case byte(Int)

    /// `12`, `12:5` or `byte 4096`.
    public var description: String {
      switch self {
      case .line(let line, let column): column.map { "\(line):\($0)" } ?? "\(line)"
      case .byte(let offset): "byte \(offset)"
      }
    }
  }

  /// What kind of trouble it is.
  public var code: Code
  /// The path of the file in question, as the user gave it.
  public var file: String?
  /// Where in that file, when it is known.
  public var position: Position?
  /// The key, tensor or field in question, dotted: `stages[1].steps`.
  public var key: String?
  /// What is wrong, or what was found: one clause, no full stop.
  public var found: String
  /// What would have been right.
  public var expected: String?
  /// What the user can do about it.
  public var remedy: String?

  /// Describes one thing that is wrong with the world.
  public init(
    _ code: Code, file: String? = nil, at position: Position? = nil, key: String? = nil, found: String,
    expected: String? = nil, remedy: String? = nil
  ) {
    self.code = code
    self.file = file
    self.position = position
    self.key = key
    self.found = found
    self.expected = expected
    self.remedy = remedy
  }

  /// `recipe.yaml:12:5: optimizer.lr: found 'abc', expected a number. Remedy.`
  public var description: String {
    var place = file ?? ""
    if let position { place += (place.isEmpty ? "" : ":") + position.description }
    var sentence = place.isEmpty ? "" : place + ": "
    if let key { sentence += key + ": " }
    sentence += found
    if let expected { sentence += ", expected " + expected }
    if let remedy { sentence += ". " + remedy }
    return sentence
  }
}
