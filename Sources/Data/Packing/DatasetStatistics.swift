/// What a data set is made of, in numbers: for reports before a run and for `pacer data`.
public struct DatasetStatistics: Sendable, Equatable {
  /// One domain's part.
  public struct Domain: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// Documents.
    public internal(set) var documentCount = 0
    /// Tokens.
    public internal(set) var tokenCount = 0
    /// Tokens that are predicted.
    public internal(set) var learntTokenCount = 0
  }

  /// A range of lengths and how many documents lie in it.
  public struct LengthBucket: Sendable, Equatable {
    /// The shortest length in it, in tokens.
    public let lowerBound: Int
    /// The shortest length beyond it.
    public let upperBound: Int
    /// Documents.
    public internal(set) var count: Int
  }

  /// Documents.
  public let documentCount: Int
  /// Tokens.
  public let tokenCount: Int
  /// Tokens that are predicted: in the loss and not the first of a document.
  public let learntTokenCount: Int
  /// Documents whose content stands there already.
  public let duplicateCount: Int
  /// The shortest document, in tokens; 0 without documents.
  public let shortest: Int
  /// The middle length, in tokens.
  public let median: Int
  /// The longest document, in tokens.
  public let longest: Int
  /// Lengths by powers of two, from the shortest to the longest, without gaps.
  public let lengths: [LengthBucket]
  /// By domain, in the order of first appearance.
  public let domains: [Domain]

  /// Counts a store.
  public init(_ store: TokenStore) {
    documentCount = store.documentCount
    tokenCount = store.tokenCount
    var seen: Set<UInt64> = []
    duplicateCount = store.contentHashes.count { !seen.insert($0).inserted }
    var domains = store.domains.map { Domain(name: $0) }
    var lengths: [Int] = []
    for document in 0..<store.documentCount {
      let range = store.range(of: document)
      let learnt = range.dropFirst().count { store.inLoss[$0] }
      domains[store.domainIndices[document]].documentCount += 1
      domains[store.domainIndices[document]].tokenCount += range.count
      domains[store.domainIndices[document]].learntTokenCount += learnt
      lengths.append(range.count)
    }
    lengths.sort()
    self.domains = domains
    learntTokenCount = domains.reduce(0) { $0 + $1.learntTokenCount }
    shortest = lengths.first ?? 0
    median = lengths.isEmpty ? 0 : lengths[lengths.count / 2]
    longest = lengths.last ?? 0
    self.lengths = Self.buckets(of: lengths)
  }

  /// The share of tokens that are predicted.
  public var maskCoverage: Double { tokenCount == 0 ? 0 : Double(learntTokenCount) / Double(tokenCount) }

  private static func buckets(of sorted: [Int]) -> [LengthBucket] {
    var buckets: [LengthBucket] = []
    for length in sorted {
      while length >= buckets.last?.upperBound ?? 0 {
        let lower = buckets.last?.upperBound ?? lowerBound(of: length)
        buckets.append(LengthBucket(lowerBound: lower, upperBound: max(1, 2 * lower), count: 0))
      }
      buckets[buckets.count - 1].count += 1
    }
    return buckets
  }

  /// The largest power of two that is not above the length; 0 for 0.
  private static func lowerBound(of length: Int) -> Int {
    length == 0 ? 0 : 1 << (Int.bitWidth - 1 - length.leadingZeroBitCount)
  }
}
