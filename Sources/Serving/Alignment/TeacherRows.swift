internal import FileSystem

/// The likeliest tokens at each place of a text, as a corpus keeps them.
struct TeacherRows {
  private let entryCount: Int
  private let vocabularySize: Int
  /// Ids [n, k]; -1 where fewer are known.
  private(set) var indices: [Int32] = []
  /// Natural log-probabilities [n, k].
  private(set) var logProbabilities: [Float] = []

  init(entryCount: Int, vocabularySize: Int) {
    (self.entryCount, self.vocabularySize) = (entryCount, vocabularySize)
  }

  /// A place of which nothing is known for certain.
  mutating func appendNothing() { pad(entryCount) }

  /// What a server says about a place: the likeliest of those tokens that are known, the lower id first among equals. What
  /// is not known counts to the tail.
  ///
  /// - Throws: `InputError` for a probability above 1, and for ids outside the vocabulary.
  mutating func append(
    _ token: ServedAnswer.Token, chosen: Int32, id: (ServedAnswer.Spelling) -> Int32?
  ) throws(InputError) {
    var entries: [(id: Int32, value: Double)] = []
    func add(_ id: Int32, _ value: Double) throws(InputError) {
      guard value.isFinite, value <= 1e-3 else {
        throw InputError(
          .badData, found: "the log-probability \(value) in the server's answer", expected: "at most 0")
      }
      guard id < vocabularySize else { throw TextAligner.outside(id, vocabularySize) }
      if !entries.contains(where: { $0.id == id }) { entries.append((id, min(0, value))) }
    }
    if let own = token.logProbability { try add(chosen, own) }
    for alternative in token.alternatives {
      let isChosen = alternative.spelling == token.spelling
      if let id = isChosen ? chosen : id(alternative.spelling) { try add(id, alternative.logProbability) }
    }
    entries.sort { $0.value > $1.value || ($0.value == $1.value && $0.id < $1.id) }
    for entry in entries.prefix(entryCount) {
      indices.append(entry.id)
      logProbabilities.append(Float(entry.value))
    }
    pad(max(0, entryCount - entries.count))
  }

  private mutating func pad(_ count: Int) {
    indices += [Int32](repeating: -1, count: count)
    logProbabilities += [Float](repeating: 0, count: count)
  }
}
