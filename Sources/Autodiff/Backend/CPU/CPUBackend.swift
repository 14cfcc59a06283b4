internal import CKernels
internal import COpenBLAS

/// The C kernels and OpenBLAS, on one thread pool.
///
/// The arithmetic of an element does not depend on how work is divided, so that results are the same bits at any thread
/// count. Not `Sendable`: one thread of Swift calls it, and the pool runs inside its calls.
@safe
package final class CPUBackend {
  /// Whether memory is taken.
  package enum Memory: Sendable {
    case taken
    /// Only counted; what is written is dropped, and values are read as 0: for finding out how much there would be. Nothing
    /// can be computed.
    case counted
  }

  var slabs: [Slab?] = []
  var labels: [String] = []
  private var counts: [Int] = []
  let memory: Memory
  let pool: OpaquePointer
  /// Threads that kernels run on, the caller's included.
  package let threadCount: Int
  /// How often memory was taken since the start.
  package private(set) var reservationCount = 0

  /// A backend with its own thread pool; traps when no thread can be started.
  ///
  /// - Parameter matrixKernels: what multiplies large matrices; nil: `MatrixKernels.preferred`.
  package init(threads: Int, memory: Memory = .taken, matrixKernels: MatrixKernels? = nil) {
    self.memory = memory
    precondition(threads >= 1, "a backend needs at least one thread, got \(threads)")
    unsafe _ = pk_blas_prepare()
    guard let pool = unsafe pk_pool_create(threads) else {
      preconditionFailure("the system refused to start \(threads) threads")
    }
    unsafe self.pool = pool
    threadCount = threads
    let kernels = matrixKernels ?? .preferred
    precondition(MatrixKernels.available.contains(kernels), "no \(kernels) here")
    unsafe pk_gemm_choose(pool, kernels.code)
  }

  deinit { unsafe pk_pool_destroy(pool) }

  /// The name and version of the matrix library, as it describes itself.
  package static var matrixLibrary: String {
    let core = unsafe String(validatingCString: pk_blas_prepare()) ?? ""
    return unsafe (String(validatingCString: openblas_get_config()) ?? "OpenBLAS") + " core " + core
  }

  func floats(_ slot: Slot) -> UnsafeMutablePointer<Float> {
    unsafe slab(slot.region).floats(slot)
  }

  func floats(_ gradient: GradientSlot?) -> UnsafeMutablePointer<Float>? {
    guard let gradient else { return nil }
    return unsafe floats(gradient.slot)
  }

  func integers(_ slot: Slot) -> UnsafeMutablePointer<Int32> {
    unsafe slab(slot.region).integers(slot)
  }

  private func slab(_ region: Region) -> Slab {
    guard let slab = slabs[region.index] else {
      preconditionFailure("region '\(labels[region.index])' has no memory yet")
    }
    return slab
  }

  /// Traps unless a slot has exactly `count` elements.
  func expect(_ slot: Slot, _ count: Int, _ what: StaticString) {
    precondition(slot.count == count, "\(what): slot has \(slot.count) elements, \(count) expected")
  }
}

extension CPUBackend: MemoryBackend {
  package func makeRegion(label: String) -> Region {
    slabs.append(nil)
    counts.append(0)
    labels.append(label)
    return Region(index: slabs.count - 1)
  }

  package func reserve(_ region: Region, count: Int) {
    reservationCount += 1
    slabs[region.index] = nil
    counts[region.index] = count
    if memory == .taken { slabs[region.index] = Slab(label: labels[region.index], count: count) }
  }

  package func release(_ region: Region) {
    slabs[region.index] = nil
    counts[region.index] = 0
  }

  package var reservedBytes: Int { counts.reduce(0, +) * 4 }

  package func fill(_ slot: Slot, _ value: Float) {
    guard memory == .taken else { return }
    unsafe floats(slot).update(repeating: value, count: slot.count)
  }

  package func write(_ values: [Float], to slot: Slot) {
    expect(slot, values.count, "write")
    guard memory == .taken else { return }
    unsafe floats(slot).update(from: values, count: values.count)
  }

  package func write(_ values: [Int32], to slot: Slot) {
    expect(slot, values.count, "write")
    guard memory == .taken else { return }
    unsafe integers(slot).update(from: values, count: values.count)
  }

  package func read(_ slot: Slot) -> [Float] {
    guard memory == .taken else { return [Float](repeating: 0, count: slot.count) }
    return unsafe Array(UnsafeBufferPointer(start: floats(slot), count: slot.count))
  }

  package func read(_ slot: Slot, into values: inout [Float]) {
    expect(slot, values.count, "read")
    let source = unsafe floats(slot)
    unsafe values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe base.update(from: source, count: slot.count)
    }
  }

  package func readIntegers(_ slot: Slot) -> [Int32] {
    unsafe Array(UnsafeBufferPointer(start: integers(slot), count: slot.count))
  }

  package func scalar(_ slot: Slot) -> Float {
    expect(slot, 1, "scalar")
    return unsafe floats(slot).pointee
  }

  package func firstNonFinite(_ slot: Slot) -> Int? {
    let index = unsafe pk_first_nonfinite(slot.count, floats(slot))
    return index < slot.count ? index : nil
  }
}
