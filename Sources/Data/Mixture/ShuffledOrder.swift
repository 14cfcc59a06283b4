internal import Randomness

/// The order in which one epoch goes through `count` items: a Fisher–Yates shuffle that depends on nothing but
/// (seed, source, epoch), so a resumed run finds the same order by computing it again.
struct ShuffledOrder: Sendable {
  private var order: [UInt32]

  /// The order of the items themselves, until the first shuffle.
  init(count: Int) {
    precondition(count >= 0 && count <= Int(UInt32.max), "ShuffledOrder: \(count) items")
    order = (0..<count).map { UInt32($0) }
  }

  /// The item at a place in the epoch.
  subscript(place: Int) -> Int { Int(order[place]) }

  /// Rearranges for an epoch of a source. Nothing is left over from earlier epochs; no memory is taken.
  mutating func shuffle(with philox: Philox, source: Int, epoch: UInt64) {
    for place in order.indices { order[place] = UInt32(place) }
    let step = UInt64(source) << 40 | (epoch & 0xFF_FFFF_FFFF)
    for place in stride(from: order.count - 1, to: 0, by: -1) {
      order.swapAt(place, philox.below(place + 1, step: step, index: UInt64(place)))
    }
  }
}
