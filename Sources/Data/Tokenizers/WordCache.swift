import Synchronization

/// The tokens of words that were encoded before: text repeats a few thousand words most of the time.
struct WordCache {
  /// Longer words are rare, and would fill the memory.
  static let longestWord = 64
  private static let wordLimit = 1 << 18

  private var words = ByteTable(minimumCapacity: 1 << 12)
  private var ids: [Int32] = []
  private var ends: [Int] = [0]

  var count: Int { words.count }

  /// Appends the tokens of a word when they are known.
  func append(_ bytes: [UInt8], _ range: Range<Int>, to result: inout [Int32]) -> Bool {
    guard let entry = words.find(bytes, range) else { return false }
    for index in ends[Int(entry)]..<ends[Int(entry) + 1] { result.append(ids[index]) }
    return true
  }

  /// Remembers the tokens of a word, unless there are too many words already.
  mutating func insert(_ bytes: [UInt8], _ range: Range<Int>, ids new: ArraySlice<Int32>) {
    guard words.count < Self.wordLimit, words.insert(bytes, range, value: Int32(words.count)) else { return }
    ids += new
    ends.append(ids.count)
  }
}

/// Lends a tokenizer's cache to one encoder at a time; a second one starts with an empty cache of its own.
///
/// Which cache an encoder gets changes how fast it is, never what it returns.
final class WordCachePool: Sendable {
  private let idle = Mutex<WordCache?>(nil)

  func take() -> WordCache {
    idle.withLock { stored in
      defer { stored = nil }
      return stored
    } ?? WordCache()
  }

  func giveBack(_ cache: consuming WordCache) {
    let cache = cache
    idle.withLock { stored in
      if cache.count >= stored?.count ?? 0 { stored = cache }
    }
  }
}
