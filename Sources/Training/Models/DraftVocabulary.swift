internal import DraftData
package import FileSystem

/// The part of a target's vocabulary that a drafter proposes from: its head has a row for each of these tokens alone.
///
/// Drafting reads the whole head for every token, and most of its rows are hardly ever proposed. A drafter reads any
/// token (its embedding stays whole) but gives those outside this part a probability of 0, so that verification stays
/// lossless.
///
/// Sources: Goel and others, "VocabTrim", 2025; Li and others, "EAGLE-3", 2025 (`d2t` and `t2d`).
package struct DraftVocabulary: Sendable, Hashable {
  /// The target's id of each row of the head, ascending.
  package let targetIDs: [Int32]
  /// Tokens of the target's vocabulary.
  package let targetSize: Int

  /// - Throws: `InputError` unless the ids ascend, are tokens of the target and leave some of them out.
  package init(targetIDs: [Int32], targetSize: Int) throws(InputError) {
    func refuse(_ place: Int, _ expected: String) -> InputError {
      InputError(
        .badData, key: "target_ids[\(place)]", found: "found \(targetIDs[place])", expected: expected)
    }
    guard !targetIDs.isEmpty, targetIDs.count < targetSize else {
      throw InputError(
        .badData, key: "target_ids", found: "found \(targetIDs.count) tokens",
        expected: "1 to \(targetSize - 1), a part of the vocabulary of \(targetSize)")
    }
    for (place, id) in targetIDs.enumerated() {
      guard id >= 0, Int(id) < targetSize else { throw refuse(place, "an id from 0 to \(targetSize - 1)") }
      guard place == 0 || id > targetIDs[place - 1] else {
        throw refuse(place, "more than \(targetIDs[place - 1]), the id before it")
      }
    }
    (self.targetIDs, self.targetSize) = (targetIDs, targetSize)
  }

  /// The tokens that were counted most, and those of `kept` whether counted or not; of equally many the lower ids.
  ///
  /// - Parameters:
  ///   - size: how many; clamped to what leaves `kept` in and one token out.
  ///   - counts: [target vocabulary], how often each token is to be predicted.
  ///   - kept: tokens that must not be missing, such as the end of a text.
  package init(size: Int, counts: [Int], kept: [Int32] = []) {
    let always = Set(kept.filter { counts.indices.contains(Int($0)) })
    let order = counts.indices.sorted { a, b in
      let (first, second) = (always.contains(Int32(a)), always.contains(Int32(b)))
      if first != second { return first }
      return counts[a] != counts[b] ? counts[a] > counts[b] : a < b
    }
    let size = max(1, min(max(size, always.count), counts.count - 1))
    targetIDs = order.prefix(size).map { Int32($0) }.sorted()
    targetSize = counts.count
  }

  /// Rows of the head.
  package var count: Int { targetIDs.count }

  /// What EAGLE-3's files call `d2t`: target id minus row, for each row.
  package var offsets: [Int] { targetIDs.enumerated().map { Int($1) - $0 } }

  /// What EAGLE-3's files call `t2d`: for each token of the target, whether it has a row.
  package var isDrafted: [Bool] {
    var flags = [Bool](repeating: false, count: targetSize)
    for id in targetIDs { flags[Int(id)] = true }
    return flags
  }
}
