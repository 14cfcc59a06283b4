/// Tokenised documents, end to end in flat arrays: what batches are cut from.
///
/// Letters: n = tokens in all, d = documents, k = stored teacher entries per token.
public struct TokenStore: Sendable, Equatable {
  /// What a target model said about each token, given the tokens before it: its k likeliest entries.
  ///
  /// Row i belongs to token i of the store (it is the distribution that token i was drawn from), so the first
  /// row of a document carries nothing.
  public struct Teacher: Sendable, Equatable {
    /// k.
    public let entryCount: Int
    /// Vocabulary ids [n, k]; -1 where fewer than k are stored.
    public internal(set) var indices: [Int32] = []
    /// Natural log-probabilities under the full distribution [n, k]: what they lack to 1 is the tail.
    public internal(set) var logProbabilities: [Float] = []
  }

  /// Token ids [n].
  public private(set) var tokens: [Int32] = []
  /// Whether a token is to be predicted [n].
  public private(set) var inLoss: [Bool] = []
  /// Where each document begins, and the end of the last one [d + 1].
  public private(set) var offsets: [Int] = [0]
  /// The content hash of each document [d].
  public private(set) var contentHashes: [UInt64] = []
  /// The domain of each document, as an index into `domains` [d].
  public private(set) var domainIndices: [Int] = []
  /// Domain names in the order of their first appearance.
  public private(set) var domains: [String] = []
  /// The target's stored distributions, if there are any.
  public private(set) var teacher: Teacher?

  /// An empty store; `teacherEntryCount` is k, 0 for a store without a teacher.
  public init(teacherEntryCount: Int = 0) {
    precondition(teacherEntryCount >= 0, "TokenStore: negative teacher entry count")
    if teacherEntryCount > 0 { teacher = Teacher(entryCount: teacherEntryCount) }
  }

  /// The number of documents.
  public var documentCount: Int { contentHashes.count }

  /// The number of tokens in all documents.
  public var tokenCount: Int { tokens.count }

  /// The place of a document's tokens in the flat arrays.
  public func range(of document: Int) -> Range<Int> { offsets[document]..<offsets[document + 1] }

  /// The token ids of each document.
  public var documents: [[Int32]] { (0..<documentCount).map { Array(tokens[range(of: $0)]) } }

  /// The domain name of a document.
  public func domain(of document: Int) -> String { domains[domainIndices[document]] }

  /// Adds a document without teacher rows, which are empty if the store has any; `inLoss` is as long as `tokens`.
  public mutating func append(
    tokens newTokens: some Collection<Int32>, inLoss newMask: some Collection<Bool>, domain: String,
    contentHash: UInt64
  ) {
    appendRows(tokens: newTokens, inLoss: newMask, domain: domain, contentHash: contentHash)
    guard let entryCount = teacher?.entryCount else { return }
    teacher?.indices.append(contentsOf: repeatElement(-1, count: newTokens.count * entryCount))
    teacher?.logProbabilities.append(contentsOf: repeatElement(0, count: newTokens.count * entryCount))
  }

  /// Adds a document with its teacher rows, both [tokens, k] flat.
  public mutating func append(
    tokens newTokens: some Collection<Int32>, inLoss newMask: some Collection<Bool>, domain: String,
    contentHash: UInt64, teacherIndices: some Collection<Int32>,
    teacherLogProbabilities: some Collection<Float>
  ) {
    guard let entryCount = teacher?.entryCount else {
      preconditionFailure("TokenStore: teacher rows for a store without a teacher")
    }
    let expected = newTokens.count * entryCount
    precondition(
      teacherIndices.count == expected && teacherLogProbabilities.count == expected,
      "TokenStore: \(teacherIndices.count) and \(teacherLogProbabilities.count) teacher entries, not \(expected)"
    )
    appendRows(tokens: newTokens, inLoss: newMask, domain: domain, contentHash: contentHash)
    teacher?.indices.append(contentsOf: teacherIndices)
    teacher?.logProbabilities.append(contentsOf: teacherLogProbabilities)
  }

  /// A hash of everything that decides what is learnt, for telling whether data has changed since a checkpoint.
  public var fingerprint: UInt64 {
    var hash = StableHash()
    hash.combine(tokens)
    for offset in offsets { hash.combine(UInt64(offset)) }
    var word: UInt64 = 0
    for (index, flag) in inLoss.enumerated() {
      word = word << 1 | (flag ? 1 : 0)
      if index % 64 == 63 { hash.combine(word) }
    }
    hash.combine(word)
    hash.combine(UInt64(teacher?.entryCount ?? 0))
    return hash.value
  }

  private mutating func appendRows(
    tokens newTokens: some Collection<Int32>, inLoss newMask: some Collection<Bool>, domain: String,
    contentHash: UInt64
  ) {
    precondition(
      newTokens.count == newMask.count,
      "TokenStore: \(newTokens.count) tokens with a mask of \(newMask.count)")
    tokens.append(contentsOf: newTokens)
    inLoss.append(contentsOf: newMask)
    offsets.append(tokens.count)
    contentHashes.append(contentHash)
    if let known = domains.firstIndex(of: domain) {
      domainIndices.append(known)
    } else {
      domainIndices.append(domains.count)
      domains.append(domain)
    }
  }
}
