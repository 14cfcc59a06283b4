internal import FileSystem

/// Where a `BatchStream` stands between two batches: enough to go on with exactly the batches that would have come.
///
/// Stored in checkpoints as integers, `[version, data, settings, batches, current source, document, offset,
/// sources, drawn …, consumed …]`, or as the same numbers in a line of text.
public struct DataCursor: Sendable, Equatable {
  /// A document of which a part has been used.
  public struct Partial: Sendable, Equatable {
    /// The source's place in the mixture.
    public var source: Int
    /// The document's place in its source.
    public var document: Int
    /// The first token that has not been used.
    public var offset: Int

    /// A place in the data.
    public init(source: Int, document: Int, offset: Int) {
      self.source = source
      self.document = document
      self.offset = offset
    }
  }

  /// The version of the encoding written here.
  public static let version: Int64 = 1

  /// What the data was (`Mixture.fingerprint`).
  public var dataFingerprint: UInt64
  /// What the stream's settings were.
  public var settingsFingerprint: UInt64
  /// How many batches have been delivered.
  public var batchCount: Int
  /// How many documents have been drawn from each source.
  public var drawn: [Int]
  /// How many tokens have been used from each source.
  public var consumed: [Int]
  /// The document that the next batch goes on with.
  public var partial: Partial?

  init(dataFingerprint: UInt64, settingsFingerprint: UInt64, sourceCount: Int) {
    self.dataFingerprint = dataFingerprint
    self.settingsFingerprint = settingsFingerprint
    batchCount = 0
    drawn = [Int](repeating: 0, count: sourceCount)
    consumed = [Int](repeating: 0, count: sourceCount)
  }

  /// The integer encoding.
  public var integers: [Int64] {
    let head = [
      Self.version, Int64(bitPattern: dataFingerprint), Int64(bitPattern: settingsFingerprint),
      Int64(batchCount), Int64(partial?.source ?? -1), Int64(partial?.document ?? -1),
      Int64(partial?.offset ?? -1), Int64(drawn.count),
    ]
    return head + drawn.map { Int64($0) } + consumed.map { Int64($0) }
  }

  /// The integers in one line.
  public var text: String { integers.map { String($0) }.joined(separator: " ") }

  /// Reads the integer encoding.
  ///
  /// - Throws: `InputError` (bad data) for another version, a wrong length or impossible counts.
  public init(integers: [Int64]) throws {
    guard integers.first == Self.version else {
      throw Self.damaged(
        "version \(integers.first.map { String($0) } ?? "none")", expected: "version \(Self.version)")
    }
    let sourceCount = integers.count >= 8 ? integers[7] : -1
    guard sourceCount >= 1, integers.count % 2 == 0, sourceCount == (integers.count - 8) / 2 else {
      throw Self.damaged(
        "\(integers.count) integers for \(sourceCount) sources", expected: "8 and 2 per source")
    }
    let counts = integers[8...] + [integers[3]]
    guard counts.allSatisfy({ $0 >= 0 }) else {
      throw Self.damaged("a negative count", expected: "0 or more")
    }
    dataFingerprint = UInt64(bitPattern: integers[1])
    settingsFingerprint = UInt64(bitPattern: integers[2])
    batchCount = Int(integers[3])
    drawn = integers[8..<8 + Int(sourceCount)].map { Int($0) }
    consumed = integers[(8 + Int(sourceCount))...].map { Int($0) }
    if integers[4] >= 0 {
      partial = Partial(source: Int(integers[4]), document: Int(integers[5]), offset: Int(integers[6]))
    }
  }

  /// Reads the text encoding.
  ///
  /// - Throws: `InputError` (bad data), as `init(integers:)` does, or for a word that is no integer.
  public init(text: String) throws {
    try self.init(
      integers: text.split(whereSeparator: \.isWhitespace).map { word in
        guard let integer = Int64(word) else { throw Self.damaged("'\(word)'", expected: "an integer") }
        return integer
      })
  }

  static func damaged(_ found: String, expected: String) -> InputError {
    InputError(
      .badData, key: "data cursor", found: "found \(found)", expected: expected,
      remedy: "The checkpoint is damaged or from another version of Pacer; resume from an earlier one")
  }
}
