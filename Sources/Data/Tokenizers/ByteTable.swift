/// A dictionary from byte strings to ids, looked up by a range of a larger buffer without copying it.
///
/// Open addressing over one arena of keys: encoders ask it millions of times a second. Nothing ever iterates it.
struct ByteTable: Sendable {
  private var arena: [UInt8] = []
  /// Where the key of each entry ends in the arena; it starts where the one before ends.
  private var ends: [Int] = [0]
  private var values: [Int32] = []
  /// Entry index + 1 by hash, 0 for empty; a power of two long, at most half full.
  private var slots: [Int32]
  private var mask: Int

  init(minimumCapacity: Int = 16) {
    var size = 32
    while size < minimumCapacity * 2 { size *= 2 }
    slots = [Int32](repeating: 0, count: size)
    mask = size - 1
  }

  var count: Int { values.count }

  /// The value of the key that fills `range` of `bytes`.
  func find(_ bytes: [UInt8], _ range: Range<Int>) -> Int32? {
    var slot = Self.hash(bytes, range) & mask
    while true {
      let entry = Int(slots[slot]) - 1
      if entry < 0 { return nil }
      if matches(entry, bytes, range) { return values[entry] }
      slot = (slot + 1) & mask
    }
  }

  func find(_ bytes: [UInt8]) -> Int32? { find(bytes, 0..<bytes.count) }

  /// Adds a key unless it is there; says whether it was added.
  @discardableResult
  mutating func insert(_ bytes: [UInt8], _ range: Range<Int>, value: Int32) -> Bool {
    var slot = Self.hash(bytes, range) & mask
    while slots[slot] != 0 {
      if matches(Int(slots[slot]) - 1, bytes, range) { return false }
      slot = (slot + 1) & mask
    }
    arena.append(contentsOf: bytes[range])
    ends.append(arena.count)
    values.append(value)
    slots[slot] = Int32(values.count)
    if values.count * 2 > slots.count { grow() }
    return true
  }

  @discardableResult
  mutating func insert(_ bytes: [UInt8], value: Int32) -> Bool {
    insert(bytes, 0..<bytes.count, value: value)
  }

  private func matches(_ entry: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    let start = ends[entry]
    guard ends[entry + 1] - start == range.count else { return false }
    for offset in 0..<range.count where arena[start + offset] != bytes[range.lowerBound + offset] {
      return false
    }
    return true
  }

  private mutating func grow() {
    slots = [Int32](repeating: 0, count: slots.count * 2)
    mask = slots.count - 1
    for entry in values.indices {
      var slot = Self.hash(arena, ends[entry]..<ends[entry + 1]) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(entry + 1)
    }
  }

  /// FNV-1a over the bytes, its high bits folded into the low ones that pick the slot.
  private static func hash(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3 }
    return Int(truncatingIfNeeded: hash ^ (hash >> 32))
  }
}
