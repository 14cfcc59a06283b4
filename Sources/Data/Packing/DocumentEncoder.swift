internal import FileSystem

/// Turns documents into token ids with a mask.
///
/// ```swift
/// let encoder = DocumentEncoder(tokenizer, scope: .responses)
/// let (store, tally) = try encoder.store(of: documents)
/// ```
///
/// A document is tokenised as one text, as a model reads it. A token belongs to the segment in which it begins, so
/// one that reaches from a prompt into the answer is not learnt. The end of text is always learnt, the begin of text
/// never: nothing predicts it. A conversation that a chat template rendered brings its own ids and mask.
public struct DocumentEncoder: Sendable {
  /// What became of the documents.
  public struct Tally: Sendable, Equatable {
    /// Documents in the store.
    public internal(set) var keptCount = 0
    /// Documents left out because no token of theirs would be learnt.
    public internal(set) var unlearnableCount = 0
    /// Documents left out because the same one came before.
    public internal(set) var duplicateCount = 0
  }

  /// Gives ids to text.
  public let tokenizer: any Tokenizer
  /// Which tokens are learnt.
  public let scope: LossScope
  /// Whether a document begins with what the tokenizer puts before a text.
  public let addsBeginOfText: Bool
  /// Whether a document ends with the end-of-text token, where the tokenizer has one.
  public let addsEndOfText: Bool
  /// Whether a document that came before is left out.
  public let dropsDuplicates: Bool

  /// An encoder; by default it learns everything, adds both boundaries and keeps duplicates.
  public init(
    _ tokenizer: any Tokenizer, scope: LossScope = .everything, addsBeginOfText: Bool = true,
    addsEndOfText: Bool = true, dropsDuplicates: Bool = false
  ) {
    self.tokenizer = tokenizer
    self.scope = scope
    self.addsBeginOfText = addsBeginOfText
    self.addsEndOfText = addsEndOfText
    self.dropsDuplicates = dropsDuplicates
  }

  /// One document's ids and mask, equally long.
  public func encode(_ document: Document) -> (tokens: [Int32], inLoss: [Bool]) {
    if let encoding = document.encoding {
      let everything = [Bool](repeating: true, count: encoding.tokens.count)
      return (encoding.tokens, scope == .everything ? everything : encoding.inLoss)
    }
    var tokens: [Int32] = []
    var inLoss: [Bool] = []
    if addsBeginOfText {
      tokens += tokenizer.openingTokens
      inLoss += tokens.map { _ in false }
    }
    let text = scope == .everything ? learntWhole(document) : learntInPart(document)
    tokens += text.tokens
    inLoss += text.inLoss
    if addsEndOfText, let end = tokenizer.endOfText {
      tokens.append(end)
      inLoss.append(true)
    }
    return (tokens, inLoss)
  }

  /// All documents' ids, and what was left out.
  ///
  /// - Throws: `InputError` (bad data) if no document is left.
  public func store(of documents: some Sequence<Document>) throws -> (store: TokenStore, tally: Tally) {
    var store = TokenStore()
    var tally = Tally()
    var seen: Set<UInt64> = []
    for document in documents {
      if dropsDuplicates, !seen.insert(document.contentHash).inserted {
        tally.duplicateCount += 1
        continue
      }
      let (tokens, inLoss) = encode(document)
      guard isLearnable(document, inLoss: inLoss) else {
        tally.unlearnableCount += 1
        continue
      }
      store.append(
        tokens: tokens, inLoss: inLoss, domain: document.domain, contentHash: document.contentHash)
      tally.keptCount += 1
    }
    guard tally.keptCount > 0 else {
      throw InputError(
        .badData, key: "text",
        found: tally.unlearnableCount == 0
          ? "no documents" : "none of the \(tally.unlearnableCount) documents has a token to learn",
        expected: "text or answers to learn",
        remedy: "Check the field names and the prompt template, or learn prompts too")
    }
    return (store, tally)
  }

  /// A mask that only the end of text has a part in teaches nothing but silence.
  private func isLearnable(_ document: Document, inLoss: [Bool]) -> Bool {
    guard inLoss.dropFirst().contains(true) else { return false }
    return scope == .everything || document.segments.contains { $0.inLoss && !$0.text.isEmpty }
  }

  private func learntWhole(_ document: Document) -> (tokens: [Int32], inLoss: [Bool]) {
    let tokens = tokenizer.encode(document.text, addSpecialTokens: false)
    return (tokens, [Bool](repeating: true, count: tokens.count))
  }

  private func learntInPart(_ document: Document) -> (tokens: [Int32], inLoss: [Bool]) {
    let text = Array(document.text.utf8)
    let tokens = tokenizer.encode(bytes: text, addSpecialTokens: false)
    var learntBytes: [Bool] = []
    learntBytes.reserveCapacity(text.count)
    for segment in document.segments {
      learntBytes.append(contentsOf: repeatElement(segment.inLoss, count: segment.text.utf8.count))
    }
    var inLoss: [Bool] = []
    var position = 0
    for (index, token) in tokens.enumerated() {
      let bytes = tokenizer.bytes(of: token, isFirst: index == 0)
      guard position + bytes.count <= text.count, text[position..<position + bytes.count].elementsEqual(bytes)
      else { return learntBySegment(document) }
      inLoss.append(position < learntBytes.count && learntBytes[position])
      position += bytes.count
    }
    return position == text.count ? (tokens, inLoss) : learntBySegment(document)
  }

  /// For tokenizers that change the text, so that tokens cannot be found in it: each segment by itself.
  private func learntBySegment(_ document: Document) -> (tokens: [Int32], inLoss: [Bool]) {
    var tokens: [Int32] = []
    var inLoss: [Bool] = []
    for segment in document.segments {
      let part = tokenizer.encode(segment.text, addSpecialTokens: false)
      tokens += part
      inLoss.append(contentsOf: repeatElement(segment.inLoss, count: part.count))
    }
    return (tokens, inLoss)
  }
}
