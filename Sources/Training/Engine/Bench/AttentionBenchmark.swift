package import Autodiff

/// Attention over packed sequences and over a key/value cache, without anything around it.
package struct AttentionBenchmark {
  package var batch = 4
  package var length = 512
  package var heads = 8
  package var kvHeads = 8
  package var headSize = 64
  package var mask = Mask.causal
  private let backend: any Backend

  /// The sizes of a small drafter.
  package init(on backend: any Backend) { self.backend = backend }

  /// Forward, backward, and one decoded token, or one tree, on each of `batch` cache lines that are `length` long.
  package func run() -> [Measurement] { packed() + [mask == .tree ? verifying() : decoding()] }

  private func packed() -> [Measurement] {
    let size = AttentionSize(
      batch: batch, length: length, heads: heads, kvHeads: kvHeads, headSize: headSize)
    let rows = batch * length
    let visible = visibleKeys
    let memory = BenchmarkMemory(on: backend)
    let (q, y, dy) = (
      memory.slot(rows * heads * headSize), memory.slot(rows * heads * headSize),
      memory.slot(rows * heads * headSize)
    )
    let (k, v) = (memory.slot(rows * kvHeads * headSize), memory.slot(rows * kvHeads * headSize))
    let gradients = [q.count, k.count, v.count].map {
      GradientSlot(slot: memory.slot($0), mode: .overwrite)
    }
    let sums = memory.slot(rows * heads)
    let scratch = memory.slot(backend.attentionBackwardScratch(size))
    let places = [memory.slot(rows), memory.slot(rows), memory.slot(rows * visible.extraCount)]
    memory.fill()
    for (place, numbers) in zip(places, [visible.firstKey, visible.endKey, visible.extraKeys]) {
      backend.write(numbers, to: place)
    }
    let mask = self.mask.over(places)
    let operations = 4e-9 * Double(heads * headSize) * Double(visible.pairCount)
    let forward = Stopwatch.samples(duration: 0.5) {
      backend.attention(q: q, k: k, v: v, mask: mask, into: y, logSumExp: sums, size)
    }
    let backward = Stopwatch.samples(duration: 0.5) {
      backend.attentionBackward(
        q: q, k: k, v: v, mask: mask, y: y, logSumExp: sums, dy: dy, dq: gradients[0],
        dk: gradients[1], dv: gradients[2], scratch: scratch, size)
    }
    return [
      Measurement(
        name: "attention, forward", seconds: forward, amount: operations, unit: "GFLOP"),
      // Five products for the forward pass's two: the scores are made anew.
      Measurement(
        name: "attention, backward", seconds: backward, amount: 2.5 * operations, unit: "GFLOP"),
    ]
  }

  private func decoding() -> Measurement {
    cached(
      "attention, a token on each of \(batch) lines", capacity: length,
      positions: [Int32](repeating: Int32(length - 1), count: batch), visible: nil)
  }

  /// A draft tree behind `length` positions of each line, verified in one pass.
  private func verifying() -> Measurement {
    let nodes = Mask.treeParents.count
    let parents = (0..<length).map { _ in -1 as Int32 } + Mask.treeParents.map { Int32(length) + $0 }
    let visible = VisibleKeys.trees(
      parents: parents, firstKey: [Int32](repeating: 0, count: length + nodes), length: length + nodes)
    return cached(
      "attention, a tree of \(nodes) on each of \(batch) lines", capacity: length + nodes,
      positions: (0..<batch * nodes).map { Int32(length + $0 % nodes) }, visible: visible)
  }

  /// Rows at `positions`, as many on every line; `visible` is that of one whole line.
  private func cached(
    _ name: String, capacity: Int, positions: [Int32], visible: VisibleKeys?
  ) -> Measurement {
    let cache = CacheSize(lines: batch, capacity: capacity, kvHeads: kvHeads, headSize: headSize)
    let (rows, width) = (positions.count, visible?.extraCount ?? 0)
    let memory = BenchmarkMemory(on: backend)
    let (q, y) = (memory.slot(rows * heads * headSize), memory.slot(rows * heads * headSize))
    let (k, v) = (memory.slot(rows * kvHeads * headSize), memory.slot(rows * kvHeads * headSize))
    let (keys, values) = (memory.slot(cache.shape.count), memory.slot(cache.shape.count))
    let (lines, slots) = (memory.slot(rows), memory.slot(rows))
    let tree = CachedTree(prefixEnd: memory.slot(rows), ancestors: memory.slot(rows * width))
    memory.fill()
    backend.write((0..<rows).map { Int32($0 * batch / rows) }, to: lines)
    backend.write(positions, to: slots)
    if let visible {
      backend.write(positions.map { visible.endKey[Int($0)] }, to: tree.prefixEnd)
      backend.write(
        positions.flatMap { visible.extraKeys[Int($0) * width..<(Int($0) + 1) * width] }, to: tree.ancestors)
    }
    let samples = Stopwatch.samples(duration: 0.5) {
      backend.cachedAttention(
        q: q, k: k, v: v, sequences: lines, positions: slots, keys: keys, values: values,
        tree: visible == nil ? nil : tree, window: nil, into: y, rows: rows, heads: heads,
        scale: 1 / Float(headSize).squareRoot(), cache)
    }
    return Measurement(name: name, seconds: samples, amount: Double(rows), unit: "tokens")
  }
}
