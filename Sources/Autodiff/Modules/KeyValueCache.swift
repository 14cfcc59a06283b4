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
  private let layers: Int

  /// Takes the memory for `layers` layers.
  package init(layers: Int, _ size: CacheSize, on backend: any Backend) {
    self.size = size
    self.backend = backend
    self.layers = layers
    stride = alignedCount(size.shape.count)
    region = backend.makeRegion(label: "key/value cache")
    backend.reserve(region, count: 2 * layers * stride)
    // Attention multiplies positions it has not reached by zero weights only if they are finite.
    backend.fill(Slot(region: region, offset: 0, count: 2 * layers * stride), 0)
  }

  deinit { backend.release(region) }

  /// The keys and values of one layer as tensors of `g`, both of `CacheSize.shape`.
  func tensors(layer: Int, in g: inout Graph) -> (keys: Tensor, values: Tensor) {
    (g.stored(size.shape, value: store(2 * layer)), g.stored(size.shape, value: store(2 * layer + 1)))
  }

  /// Copies positions within their lines in every layer, one after another, so that what a draft tree's accepted nodes
  /// left behind their line comes to stand at its end. Keys keep the rotary position that they were made with.
  package func copy(_ copies: [CacheCopy]) {
    for index in 0..<2 * layers { backend.copyCached(copies, in: store(index), size) }
  }

  private func store(_ index: Int) -> Slot {
    Slot(region: region, offset: index * stride, count: size.shape.count)
  }
}
