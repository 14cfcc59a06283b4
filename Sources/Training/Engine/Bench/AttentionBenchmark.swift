package import Autodiff

/// Attention over packed sequences and over a key/value cache, without anything around it.
package struct AttentionBenchmark {
  package var batch = 4
  package var length = 512
  package var heads = 8
  package var kvHeads = 8
  package var headSize = 64
  private let backend: any Backend

  /// The sizes of a small drafter.
  package init(on backend: any Backend) { self.backend = backend }

  /// Forward, backward, and one decoded token on each of `batch` cache lines that are `length` long.
  package func run() -> [Measurement] { packed() + [decoding()] }

  private func packed() -> [Measurement] {
    let size = AttentionSize(
      batch: batch, length: length, heads: heads, kvHeads: kvHeads, headSize: headSize)
    let rows = batch * length
    let memory = BenchmarkMemory(on: backend)
    let (q, y, dy) = (
      memory.slot(rows * heads * headSize), memory.slot(rows * heads * headSize),
      memory.slot(rows * heads * headSize)
    )
    let (k, v) = (memory.slot(rows * kvHeads * headSize), memory.slot(rows * kvHeads * headSize))
    let gradients = [q.count, k.count, v.count].map {
      GradientSlot(slot: memory.slot($0), mode: .overwrite)
    }
    let (sums, firstKey) = (memory.slot(rows * heads), memory.slot(rows))
    let scratch = memory.slot(backend.attentionBackwardScratch(size))
    memory.fill()
    backend.write([Int32](repeating: 0, count: rows), to: firstKey)
    let operations =
      4e-9 * Double(batch * heads * headSize) * Double(length) * Double(length + 1) / 2
    let forward = Stopwatch.samples(duration: 0.5) {
      backend.attention(
        q: q, k: k, v: v, mask: .causal(firstKey: firstKey), into: y, logSumExp: sums, size)
    }
    let backward = Stopwatch.samples(duration: 0.5) {
      backend.attentionBackward(
        q: q, k: k, v: v, mask: .causal(firstKey: firstKey), y: y, logSumExp: sums, dy: dy,
        dq: gradients[0], dk: gradients[1], dv: gradients[2], scratch: scratch, size)
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
    let cache = CacheSize(lines: batch, capacity: length, kvHeads: kvHeads, headSize: headSize)
    let memory = BenchmarkMemory(on: backend)
    let (q, y) = (memory.slot(batch * heads * headSize), memory.slot(batch * heads * headSize))
    let (k, v) = (memory.slot(batch * kvHeads * headSize), memory.slot(batch * kvHeads * headSize))
    let (keys, values) = (memory.slot(cache.shape.count), memory.slot(cache.shape.count))
    let (lines, positions) = (memory.slot(batch), memory.slot(batch))
    memory.fill()
    backend.write((0..<batch).map(Int32.init), to: lines)
    backend.write([Int32](repeating: Int32(length - 1), count: batch), to: positions)
    let samples = Stopwatch.samples(duration: 0.5) {
      backend.cachedAttention(
        q: q, k: k, v: v, sequences: lines, positions: positions, keys: keys, values: values, tree: nil,
        into: y, rows: batch, heads: heads, scale: 1 / Float(headSize).squareRoot(), cache)
    }
    return Measurement(
      name: "attention, a token on each of \(batch) lines", seconds: samples, amount: Double(batch),
      unit: "tokens")
  }
}
