/// A 64-bit hash that is the same on every machine and in every version: what splits, seeds and cursors rely on.
///
/// FNV-1a over bytes with a finalising mix; not cryptographic. Among 10^6 documents the chance of any
/// collision is about 3e-8. Source: Fowler, Noll, Vo, draft-eastlake-fnv; finaliser: Appleby, MurmurHash3.
public struct StableHash: Sendable, Hashable {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The hash of nothing.
  public init() {}

  /// The hash of one text.
  public init(_ text: String) {
    self.init()
    combine(text)
  }

  /// Adds a text and its length, so that ("a", "bc") and ("ab", "c") differ.
  public mutating func combine(_ text: String) {
    for byte in text.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    combine(UInt64(text.utf8.count))
  }

  /// Adds one integer.
  public mutating func combine(_ word: UInt64) {
    state = (state ^ Self.mixed(word &+ 0x9E37_79B9_7F4A_7C15)) &* 0x100_0000_01B3
  }

  /// Adds a run of token ids and its length.
  public mutating func combine(_ tokens: some Collection<Int32>) {
    for token in tokens { combine(UInt64(UInt32(bitPattern: token))) }
    combine(UInt64(tokens.count))
  }

  /// The hash of everything added so far.
  public var value: UInt64 { Self.mixed(state) }

  private static func mixed(_ word: UInt64) -> UInt64 {
    var x = word
    x = (x ^ (x >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    x = (x ^ (x >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return x ^ (x >> 33)
  }
}
