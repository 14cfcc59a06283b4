internal import FileSystem

/// Decides from a document's content alone whether it is held out from training.
///
/// A document with a prompt is judged by the prompt, so that the same question never stands on both sides;
/// running text is judged by the whole of it, or by its first bytes if `openingBytes` is set, so that
/// texts with the same opening stay together. Neither order nor other documents matter.
public struct HeldOutSplit: Sendable, Equatable {
  /// Documents whose salted hash lies below this are held out; `nil` holds out everything.
  private let threshold: UInt64?
  private let salt: String
  private let openingBytes: Int?

  /// Holds out about `fraction` of the documents.
  ///
  /// - Throws: `InputError` (usage) if the fraction lies outside 0 … 1.
  public init(fraction: Double, salt: String = "", openingBytes: Int? = nil) throws {
    guard fraction >= 0, fraction <= 1 else {
      throw InputError(.usage, key: "fraction", found: "found \(fraction)", expected: "a number in 0 … 1")
    }
    self.salt = salt
    self.openingBytes = openingBytes
    threshold = fraction == 1 ? nil : UInt64(fraction * 0x1p64)
  }

  /// Holds out the `count` documents with the lowest hashes, and any others with the same content or prompt.
  ///
  /// - Throws: `InputError` (bad data) if there are not more than `count` different ones: nothing would be
  ///   left to train on.
  public init(
    count: Int, among documents: some Sequence<Document>, salt: String = "", openingBytes: Int? = nil
  ) throws {
    guard count >= 0 else {
      throw InputError(.usage, key: "count", found: "found \(count)", expected: "0 or more")
    }
    self.salt = salt
    self.openingBytes = openingBytes
    let hashes = documents.map { Self.hash(of: $0, salt: salt, openingBytes: openingBytes) }.sorted()
    var distinct: [UInt64] = []
    for hash in hashes where hash != distinct.last { distinct.append(hash) }
    guard count < distinct.count else {
      throw InputError(
        .badData, key: "count",
        found: "\(distinct.count) different documents, of which \(count) would be held out",
        expected: "at least one that is left for training", remedy: "Hold out fewer")
    }
    threshold = distinct[count]
  }

  /// Whether training must not see it.
  public func isHeldOut(_ document: Document) -> Bool {
    guard let threshold else { return true }
    return Self.hash(of: document, salt: salt, openingBytes: openingBytes) < threshold
  }

  /// Both sides, each in the order in which the documents came.
  public func split(_ documents: some Sequence<Document>) -> (training: [Document], heldOut: [Document]) {
    var training: [Document] = []
    var heldOut: [Document] = []
    for document in documents {
      if isHeldOut(document) { heldOut.append(document) } else { training.append(document) }
    }
    return (training, heldOut)
  }

  private static func hash(of document: Document, salt: String, openingBytes: Int?) -> UInt64 {
    var hash = StableHash(salt)
    let prompt = document.prompt
    if !prompt.isEmpty {
      hash.combine(prompt)
    } else if let openingBytes {
      for byte in document.text.utf8.prefix(openingBytes) { hash.combine(UInt64(byte)) }
    } else {
      hash.combine(document.text)
    }
    return hash.value
  }
}
