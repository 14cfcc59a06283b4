/// Memory for the values of several inference plans that never run at the same time: as large as the largest of them.
///
/// A value of one plan is gone once another has run. Not `Sendable`: it owns memory through its backend.
package final class ActivationMemory {
  let region: Region
  private let backend: any Backend
  private var count = 0

  /// No memory yet.
  package init(on backend: any Backend) {
    self.backend = backend
    region = backend.makeRegion(label: "shared activations")
  }

  deinit { backend.release(region) }

  /// Makes room for `wanted` elements; what the region held is lost when it has to grow.
  func grow(to wanted: Int) {
    guard wanted > count else { return }
    backend.reserve(region, count: wanted)
    count = wanted
  }
}
