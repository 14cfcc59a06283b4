/// Keys and values of every layer for a number of independent sequences.
///
/// Rolling back is free: a position that is written again simply replaces what stood there, and nothing after a
/// row's own position is ever read.
package final class KeyValueCache {
  /// The size of one layer's cache.
  package let size: CacheSize
  private let region: Region
  private let backend: any Backend
  private let stride: Int

  /// Takes the memory for `layers` layers.
  package init(layers: Int, _ size: CacheSize, on backend: any Backend) {
    self.size = size
    self.backend = backend
    stride = alignedCount(size.shape.count)
    region = backend.makeRegion(label: "key/value cache")
    backend.reserve(region, count: 2 * layers * stride)
    // Attention multiplies positions it has not reached by zero weights only if they are finite.
    backend.fill(Slot(region: region, offset: 0, count: 2 * layers * stride), 0)
  }

  deinit { backend.release(region) }

  /// The keys and values of one layer as tensors of `g`, both of `CacheSize.shape`.
  func tensors(layer: Int, in g: inout Graph) -> (keys: Tensor, values: Tensor) {
    let keys = Slot(region: region, offset: 2 * layer * stride, count: size.shape.count)
    let values = Slot(region: region, offset: (2 * layer + 1) * stride, count: size.shape.count)
    return (g.stored(size.shape, value: keys), g.stored(size.shape, value: values))
  }
}
