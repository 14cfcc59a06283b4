internal import CKernels

/// One block of memory, aligned for every kernel, freed with its owner.
@safe
final class Slab {
  let label: String
  let count: Int
  private let base: UnsafeMutableRawPointer

  /// `count` elements of four bytes, every one a NaN: a kernel that leaves a hole shows.
  init(label: String, count: Int) {
    self.label = label
    self.count = count
    guard let block = unsafe pk_memory_take(max(count, 1) * 4) else {
      fatalError("no memory for the \(count * 4) bytes of '\(label)'")
    }
    unsafe base = block
    unsafe base.initializeMemory(as: Float.self, repeating: .nan, count: max(count, 1))
  }

  deinit { unsafe pk_memory_give_back(base) }

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
