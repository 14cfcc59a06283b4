// What kernels rely on: no number of a mask may lead outside the keys, and each key counts once.
extension CPUBackend {
  /// Traps unless every row sees a key, within its sequence.
  func checkMask(_ mask: AttentionMask<Slot>, _ size: AttentionSize) {
    let rows = size.batch * size.length
    switch mask {
    case .causal(let firstKey):
      expect(firstKey, rows, "attention firstKey")
      let first = unsafe integers(firstKey)
      for row in 0..<rows {
        let key = Int(unsafe first[row])
        let place = row % size.length
        precondition(
          key >= 0 && key <= place && place < size.keyLength,
          "attention: row \(row) cannot start at key \(key)")
      }
    case .ranges(let firstKey, let endKey):
      checkRanges(firstKey, endKey, leastCount: 1, size)
    case .rangesAndExtraKeys(let firstKey, let endKey, let extraKeys):
      checkRanges(firstKey, endKey, leastCount: 0, size)
      expectMultiple(extraKeys, rows, "attention extraKeys")
      let (first, end) = unsafe (integers(firstKey), integers(endKey))
      for row in 0..<rows {
        let range = unsafe first[row]..<end[row]
        let count = checkExtraKeys(
          extraKeys, row: row, of: rows, outside: range, limit: size.keyLength, "attention")
        precondition(count > 0 || !range.isEmpty, "attention: row \(row) sees no key")
      }
    case .withZeroKeys(let mask, let counts):
      expect(counts, rows, "attention zeroKeys")
      let counts = unsafe integers(counts)
      for row in 0..<rows {
        precondition(
          unsafe counts[row] >= 0, "attention: row \(row) cannot see \(unsafe counts[row]) keys of zeros")
      }
      checkMask(mask, size)
    }
  }

  /// Traps unless every row that is no padding sees a position, within its line.
  func checkTree(_ tree: CachedTree<Slot>, _ sequences: Slot, _ rows: Int, _ cache: CacheSize) {
    expect(tree.prefixEnd, rows, "cachedAttention prefixEnd")
    expectMultiple(tree.ancestors, rows, "cachedAttention ancestors")
    let (sequence, prefixEnd) = unsafe (integers(sequences), integers(tree.prefixEnd))
    for row in 0..<rows where unsafe sequence[row] >= 0 {
      let end = unsafe prefixEnd[row]
      precondition(
        end >= 0 && end <= cache.capacity, "cachedAttention: row \(row) cannot see positions 0 ..< \(end)")
      let count = checkExtraKeys(
        tree.ancestors, row: row, of: rows, outside: 0..<end, limit: cache.capacity, "cachedAttention")
      precondition(count > 0 || end > 0, "cachedAttention: row \(row) sees no position")
    }
  }

  /// Traps unless row r of `sequences`, `positions` lies in the cache.
  func checkCacheRows(_ sequences: Slot, _ positions: Slot, _ rows: Int, _ cache: CacheSize) {
    expect(sequences, rows, "cachedAttention sequences")
    expect(positions, rows, "cachedAttention positions")
    let sequence = unsafe integers(sequences)
    let position = unsafe integers(positions)
    for row in 0..<rows where unsafe sequence[row] >= 0 {
      let (line, place) = unsafe (Int(sequence[row]), Int(position[row]))
      precondition(
        line < cache.lines && place >= 0 && place < cache.capacity,
        "cachedAttention: line \(line), position \(place) lie outside a cache of \(cache.lines) × \(cache.capacity)"
      )
    }
  }

  private func expectMultiple(_ slot: Slot, _ rows: Int, _ what: StaticString) {
    precondition(slot.count.isMultiple(of: max(rows, 1)), "\(what): \(slot.count) elements for \(rows) rows")
  }

  private func checkRanges(_ firstKey: Slot, _ endKey: Slot, leastCount: Int32, _ size: AttentionSize) {
    let rows = size.batch * size.length
    expect(firstKey, rows, "attention firstKey")
    expect(endKey, rows, "attention endKey")
    let (first, end) = unsafe (integers(firstKey), integers(endKey))
    for row in 0..<rows {
      let (begin, limit) = unsafe (first[row], end[row])
      precondition(
        begin >= 0 && limit >= begin && limit - begin >= leastCount && limit <= size.keyLength,
        "attention: row \(row) cannot see keys \(begin) ..< \(limit) of \(size.keyLength)")
    }
  }

  /// How many extra keys a row has: ascending, outside its range, then nothing but negative numbers.
  private func checkExtraKeys(
    _ extraKeys: Slot, row: Int, of rows: Int, outside range: Range<Int32>, limit: Int, _ what: StaticString
  ) -> Int {
    let width = extraKeys.count / rows
    let keys = unsafe integers(extraKeys) + row * width
    var (count, before) = (0, -1 as Int32)
    for index in 0..<width {
      let key = unsafe keys[index]
      guard key >= 0 else { continue }
      precondition(
        count == index && key > before && key < limit && !range.contains(key),
        "\(what): row \(row) cannot see key \(key) beside \(range) of \(limit)")
      (count, before) = (count + 1, key)
    }
    return count
  }
}
