/// What a pair of adjacent tokens merges into.
struct Merge: Sendable, Equatable {
  /// Lower ranks merge first; of equal ranks the leftmost.
  var rank: Int32
  /// The token that the pair becomes.
  var merged: Int32
}

/// A dictionary from pairs of token ids to merges: open addressing, never iterated.
struct PairTable: Sendable {
  private static let empty = UInt64.max
  private var keys: [UInt64]
  private var merges: [Merge]
  private var shift: UInt64
  private(set) var count = 0

  init(minimumCapacity: Int = 16) {
    var bits: UInt64 = 5
    while 1 << bits < minimumCapacity * 2 { bits += 1 }
    keys = [UInt64](repeating: Self.empty, count: 1 << Int(bits))
    merges = [Merge](repeating: Merge(rank: 0, merged: 0), count: 1 << Int(bits))
    shift = 64 - bits
  }

  subscript(left: Int32, right: Int32) -> Merge? {
    let slot = slot(of: Self.key(left, right))
    return keys[slot] == Self.empty ? nil : merges[slot]
  }

  /// Adds or replaces.
  mutating func set(_ left: Int32, _ right: Int32, _ merge: Merge) {
    let key = Self.key(left, right)
    let slot = slot(of: key)
    if keys[slot] == Self.empty { count += 1 }
    keys[slot] = key
    merges[slot] = merge
    if count * 2 > keys.count { grow() }
  }

  /// Ids are not negative, so no key is ``empty``.
  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  private func slot(of key: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> shift)
    while keys[slot] != key && keys[slot] != Self.empty { slot = (slot + 1) & (keys.count - 1) }
    return slot
  }

  private mutating func grow() {
    let (oldKeys, oldMerges) = (keys, merges)
    keys = [UInt64](repeating: Self.empty, count: oldKeys.count * 2)
    merges = [Merge](repeating: Merge(rank: 0, merged: 0), count: keys.count)
    shift -= 1
    for (key, merge) in zip(oldKeys, oldMerges) where key != Self.empty {
      let slot = slot(of: key)
      keys[slot] = key
      merges[slot] = merge
    }
  }
}
