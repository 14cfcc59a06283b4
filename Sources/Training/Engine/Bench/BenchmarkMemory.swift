internal import Autodiff
internal import Randomness

/// Slots in one region, filled with random numbers, for timing kernels alone.
final class BenchmarkMemory {
  private let backend: any Backend
  private let region: Region
  private var offset = 0
  private var pending: [Slot] = []

  /// No memory yet.
  init(on backend: any Backend) {
    self.backend = backend
    region = backend.makeRegion(label: "benchmark")
  }

  deinit { backend.release(region) }

  /// Declares `count` elements.
  func slot(_ count: Int) -> Slot {
    let slot = Slot(region: region, offset: offset, count: count)
    // As everywhere: values begin at multiples of 64 bytes.
    offset += (count + 15) / 16 * 16
    pending.append(slot)
    return slot
  }

  /// Takes the memory and fills every slot with numbers from -1 to 1. Called once.
  func fill() {
    backend.reserve(region, count: offset)
    let philox = Philox(seed: 1, purpose: .noise)
    for (index, slot) in pending.enumerated() {
      backend.write(
        (0..<slot.count).map {
          Float(2 * philox.uniform(step: UInt64(index), index: UInt64($0)) - 1)
        }, to: slot)
    }
  }
}
