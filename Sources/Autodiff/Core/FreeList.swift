/// Best-fit allocation of aligned offsets within one region that may grow.
struct FreeList {
  private var holes: [(offset: Int, count: Int)] = []
  /// One past the highest element ever taken.
  private(set) var high = 0

  /// The offset of `count` fresh elements.
  mutating func take(_ count: Int) -> Int {
    let wanted = alignedCount(count)
    guard wanted > 0 else { return 0 }
    var best: Int?
    for i in holes.indices where holes[i].count >= wanted {
      if let chosen = best, holes[chosen].count <= holes[i].count { continue }
      best = i
    }
    if let best {
      let offset = holes[best].offset
      if holes[best].count == wanted {
        holes.remove(at: best)
      } else {
        holes[best] = (offset + wanted, holes[best].count - wanted)
      }
      return offset
    }
    // Grow; a hole that touches the end is used first.
    if let last = holes.last, last.offset + last.count == high {
      holes.removeLast()
      high = last.offset + wanted
      return last.offset
    }
    high += wanted
    return high - wanted
  }

  /// Returns elements that `take` gave out; neighbouring holes are joined.
  mutating func give(offset: Int, count: Int) {
    let size = alignedCount(count)
    guard size > 0 else { return }
    var i = holes.firstIndex { $0.offset > offset } ?? holes.count
    holes.insert((offset, size), at: i)
    if i + 1 < holes.count, holes[i].offset + holes[i].count == holes[i + 1].offset {
      holes[i].count += holes[i + 1].count
      holes.remove(at: i + 1)
    }
    if i > 0, holes[i - 1].offset + holes[i - 1].count == holes[i].offset {
      holes[i - 1].count += holes[i].count
      holes.remove(at: i)
      i -= 1
    }
  }
}
