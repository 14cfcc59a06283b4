internal import Foundation

/// One block of memory, 64-byte aligned, freed with its owner.
@safe
final class Slab {
  let label: String
  let count: Int
  private let base: UnsafeMutableRawPointer

  /// `count` elements of four bytes, every one a NaN: a kernel that leaves a hole shows.
  init(label: String, count: Int) {
    self.label = label
    self.count = count
    unsafe base = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 4, alignment: 64)
    unsafe base.initializeMemory(as: Float.self, repeating: .nan, count: max(count, 1))
  }

  deinit { unsafe base.deallocate() }

  /// The elements of a slot as floats; traps when the slot reaches outside.
  func floats(_ slot: Slot) -> UnsafeMutablePointer<Float> {
    check(slot)
    return unsafe base.assumingMemoryBound(to: Float.self) + slot.offset
  }

  /// The elements of a slot as integers; traps when the slot reaches outside.
  func integers(_ slot: Slot) -> UnsafeMutablePointer<Int32> {
    check(slot)
    return unsafe base.assumingMemoryBound(to: Int32.self) + slot.offset
  }

  private func check(_ slot: Slot) {
    precondition(
      slot.offset + slot.count <= count,
      "slot \(slot.offset) + \(slot.count) reaches outside region '\(label)' of \(count) elements")
  }
}
