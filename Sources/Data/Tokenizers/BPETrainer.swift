import FileSystem

/// Learns a byte-level BPE vocabulary from text.
///
/// ```swift
/// var trainer = try BPETrainer(vocabularySize: 2048)
/// for document in documents { trainer.add(document) }
/// try trainer.train().save(to: "tokenizer.json")
/// ```
/// Starting from the 256 bytes, the most frequent pair of adjacent tokens becomes a token, again and again. Of
/// equally frequent pairs the one with the smaller left id, then the smaller right id, goes first, so that the
/// same text always gives the same vocabulary. Ids: special tokens, bytes in the order of their spelling, merges.
///
/// Source: Sennrich, Haddow, Birch 2016, algorithm 1; tie rule and id order as in Hugging Face tokenizers.
public struct BPETrainer: Sendable {
  /// How text is cut into words, which no token crosses.
  public enum Pattern: String, Sendable, CaseIterable {
    /// GPT-2's pattern.
    case gpt2
    /// Llama 3's: numbers by three digits, line breaks kept together.
    case llama3
    /// Qwen 2's: every digit alone.
    case qwen2
  }

  /// How many ids there are to be, special tokens included; fewer come out when the text has too few pairs.
  public let vocabularySize: Int
  /// How text is cut into words.
  public let pattern: Pattern
  /// The special tokens, which get the first ids in this order.
  public let specialTokens: [String]
  /// The one of them that the tokenizer puts before every text; nil: none.
  public let beginOfText: String?
  /// How often a pair must occur to become a token.
  public let minimumFrequency: Int

  private var words = ByteTable(minimumCapacity: 1 << 12)
  private var texts: [[UInt8]] = []
  private var counts: [Int] = []
  private let matcher: AddedTokenMatcher

  /// Prepares to learn.
  ///
  /// - Throws: `InputError` (`usage`) when the size does not hold the bytes and the special tokens, or a special
  ///   token is empty, written twice, or one of the bytes, or `beginOfText` is none of them.
  public init(
    vocabularySize: Int, pattern: Pattern = .gpt2, specialTokens: [String] = ["<|endoftext|>"],
    beginOfText: String? = nil, minimumFrequency: Int = 2
  ) throws {
    self.vocabularySize = vocabularySize
    self.pattern = pattern
    self.specialTokens = specialTokens
    self.beginOfText = beginOfText
    self.minimumFrequency = max(1, minimumFrequency)
    let range = 256 + specialTokens.count...Vocabulary.idLimit
    guard range.contains(vocabularySize) else {
      throw InputError(
        .usage, key: "vocabulary_size", found: "\(vocabularySize)",
        expected: "\(range.lowerBound) (256 bytes and the special tokens) to \(range.upperBound)")
    }
    if let beginOfText, !specialTokens.contains(where: { ExactText($0) == ExactText(beginOfText) }) {
      throw InputError(
        .usage, key: "begin_of_text", found: "'\(beginOfText)'", expected: "one of the special tokens")
    }
    for (index, token) in specialTokens.enumerated() {
      let isByte = ByteAlphabet.bytes(of: token)?.count == 1
      let isRepeated = specialTokens[..<index].contains { ExactText($0) == ExactText(token) }
      guard !token.isEmpty, !isByte, !isRepeated else {
        throw InputError(
          .usage, key: "special_tokens", found: "'\(token)'",
          expected: "texts of two characters or more, each once")
      }
    }
    let added = specialTokens.enumerated().map { AddedToken(id: Int32($0), content: $1) }
    matcher = AddedTokenMatcher(added, contents: specialTokens.map { Array($0.utf8) })
  }

  /// Counts the words of a document; special tokens in it are left out.
  public mutating func add(_ text: String) { add(bytes: Array(text.utf8)) }

  /// Counts the words of a document; special tokens in it are left out.
  public mutating func add(bytes: [UInt8]) {
    var ranges: [Range<Int>] = []
    for match in matcher.matches(in: bytes) where match.id == nil {
      ranges.removeAll(keepingCapacity: true)
      splitPattern.split(bytes, match.range, into: &ranges)
      for range in ranges { count(bytes, range) }
    }
  }

  private mutating func count(_ bytes: [UInt8], _ range: Range<Int>) {
    if let index = words.find(bytes, range) {
      counts[Int(index)] += 1
    } else {
      words.insert(bytes, range, value: Int32(texts.count))
      texts.append(Array(bytes[range]))
      counts.append(1)
    }
  }

  private var splitPattern: SplitPattern {
    switch pattern {
    case .gpt2: .gpt2
    case .llama3: .llama3
    case .qwen2: .qwen2
    }
  }

  /// The tokenizer that the counted words give; the trainer may go on counting afterwards.
  ///
  /// The end of text is `<|endoftext|>` or another usual name among the special tokens, else the first of them.
  public func train() throws -> BPETokenizer {
    var vocabulary = Vocabulary(minimumCapacity: vocabularySize)
    // In the order of the alphabet, not of the bytes: "!" comes before the line feed, which is spelled "Ċ".
    let alphabet = ByteAlphabet.scalars.sorted().map { String($0) }
    for (id, token) in (specialTokens + alphabet).enumerated() {
      try vocabulary.insert(token, id: id, file: nil, key: "special_tokens")
    }
    var learner = BPELearner(
      words: texts.map { text in text.map { Self.id(of: $0, vocabulary) } }, counts: counts,
      minimumFrequency: minimumFrequency)
    let rules = try learner.learn(upTo: vocabularySize, &vocabulary)
    var options = BPEModel.Options()
    options.isByteLevel = true
    let model = BPEModel(vocabulary: vocabulary, rules: rules, options: options)
    var parts = BPETokenizer.Parts(model: model)
    parts.addedTokens = specialTokens.enumerated().map { AddedToken(id: Int32($0), content: $1) }
    parts.preTokenizer.steps =
      pattern == .gpt2
      ? [.byteLevel(addsPrefixSpace: false, usesPattern: true)]
      : [.pattern(splitPattern), .byteLevel(addsPrefixSpace: false, usesPattern: false)]
    if let beginOfText, let id = vocabulary.id(of: beginOfText) { parts.prefix = [id] }
    try SpecialTokenSettings().complete(&parts, file: nil)
    if parts.endOfText == nil, !specialTokens.isEmpty { parts.endOfText = 0 }
    return BPETokenizer(parts)
  }

  private static func id(of byte: UInt8, _ vocabulary: Vocabulary) -> Int32 {
    guard let id = vocabulary.id(of: String(ByteAlphabet.scalars[Int(byte)])) else {
      preconditionFailure("BPETrainer: byte \(byte) has no token")
    }
    return id
  }
}
