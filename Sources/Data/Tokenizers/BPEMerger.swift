/// Merges the adjacent symbols of one word, lowest rank first and leftmost among equals, until no pair merges.
///
/// Short words are scanned; long ones use a linked list and a heap, so that n symbols take O(n log n). The
/// buffers are kept between words.
struct BPEMerger {
  private static let scannedCount = 32
  private static let none = Int32.max

  /// The symbols of the word; append to it, then call ``merge(_:)``.
  var symbols: [Int32] = []
  /// For each symbol the merge with its successor, rank ``none`` without one.
  private var merges: [Merge] = []
  private var next: [Int32] = []
  private var previous: [Int32] = []
  /// Rank in the high half, position in the low half: the smallest is to be done first.
  private var heap = MinHeap<UInt64>()

  /// Merges all that can be merged; ``symbols`` then holds the tokens.
  mutating func merge(_ table: PairTable) {
    guard symbols.count > 1 else { return }
    merges.removeAll(keepingCapacity: true)
    for index in 1..<symbols.count { merges.append(Self.find(table, symbols[index - 1], symbols[index])) }
    merges.append(Merge(rank: Self.none, merged: 0))
    if symbols.count <= Self.scannedCount { mergeByScanning(table) } else { mergeByHeap(table) }
  }

  private static func find(_ table: PairTable, _ left: Int32, _ right: Int32) -> Merge {
    table[left, right] ?? Merge(rank: none, merged: 0)
  }

  private mutating func mergeByScanning(_ table: PairTable) {
    while true {
      var best = 0
      for index in 1..<merges.count where merges[index].rank < merges[best].rank { best = index }
      guard merges[best].rank != Self.none else { return }
      symbols[best] = merges[best].merged
      symbols.remove(at: best + 1)
      merges.remove(at: best + 1)
      if best + 1 < symbols.count {
        merges[best] = Self.find(table, symbols[best], symbols[best + 1])
      } else {
        merges[best].rank = Self.none
      }
      if best > 0 { merges[best - 1] = Self.find(table, symbols[best - 1], symbols[best]) }
      if symbols.count == 1 { return }
    }
  }

  private mutating func mergeByHeap(_ table: PairTable) {
    let count = symbols.count
    next = (1...Int32(count)).map { $0 }
    previous = (0..<Int32(count)).map { $0 - 1 }
    heap.removeAll()
    for index in 0..<count { push(index) }
    while let key = heap.popMinimum() {
      let index = Int(key & 0xFFFF_FFFF)
      // Dead symbols have rank `none`, changed pairs another rank: such entries are stale.
      guard merges[index].rank != Self.none, UInt64(merges[index].rank) == key >> 32 else { continue }
      mergePair(at: index, table)
    }
    compact()
  }

  private mutating func push(_ index: Int) {
    guard merges[index].rank != Self.none else { return }
    heap.push(UInt64(merges[index].rank) << 32 | UInt64(index))
  }

  private mutating func mergePair(at index: Int, _ table: PairTable) {
    let absorbed = Int(next[index])
    symbols[index] = merges[index].merged
    symbols[absorbed] = -1
    merges[absorbed].rank = Self.none
    next[index] = next[absorbed]
    let after = Int(next[index])
    if after < symbols.count {
      previous[after] = Int32(index)
      merges[index] = Self.find(table, symbols[index], symbols[after])
      push(index)
    } else {
      merges[index].rank = Self.none
    }
    let before = Int(previous[index])
    if before >= 0 {
      merges[before] = Self.find(table, symbols[before], symbols[index])
      push(before)
    }
  }

  private mutating func compact() {
    var count = 0
    var index = 0
    while index < symbols.count {
      symbols[count] = symbols[index]
      count += 1
      index = Int(next[index])
    }
    symbols.removeLast(symbols.count - count)
  }
}
