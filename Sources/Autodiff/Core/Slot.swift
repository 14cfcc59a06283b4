/// A block of memory that a backend owns, known by number only.
package struct Region: Hashable, Sendable {
  let index: Int
}

/// A range of elements of a region: where a value lives. Operations speak slots; only backends speak pointers.
package struct Slot: Hashable, Sendable {
  /// The region it lies in.
  package let region: Region
  /// Its first element.
  package let offset: Int
  /// Its number of elements, four bytes each.
  package let count: Int

  /// The elements `offset ..< offset + count` of a region.
  package init(region: Region, offset: Int, count: Int) {
    precondition(offset >= 0 && count >= 0, "a slot cannot start at \(offset) with \(count) elements")
    self.region = region
    self.offset = offset
    self.count = count
  }

  /// The elements `start ..< start + count` of this slot; traps when they are not all inside.
  package func part(_ start: Int, _ count: Int) -> Slot {
    precondition(
      start >= 0 && count >= 0 && start + count <= self.count,
      "a part of \(count) elements from \(start) does not fit into a slot of \(self.count)")
    return Slot(region: region, offset: offset + start, count: count)
  }
}

/// Offsets are multiples of this many elements (64 bytes), so that vector loads never straddle.
let slotAlignment = 16

/// `count` rounded up to the alignment of slots.
func alignedCount(_ count: Int) -> Int { (count + slotAlignment - 1) / slotAlignment * slotAlignment }
