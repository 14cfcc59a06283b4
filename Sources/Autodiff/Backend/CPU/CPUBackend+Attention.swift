internal import CKernels

extension CPUBackend: AttentionBackend {
  package func attention(
    q: Slot, k: Slot, v: Slot, firstKey: Slot, into y: Slot, logSumExp: Slot, _ size: AttentionSize
  ) {
    checkSizes(q: q, k: k, v: v, firstKey: firstKey, size)
    expect(y, q.count, "attention y")
    expect(logSumExp, size.batch * size.length * size.heads, "attention logSumExp")
    var shape = unsafe kernelShape(size, firstKey)
    unsafe pk_attention(pool, &shape, floats(q), floats(k), floats(v), floats(y), floats(logSumExp))
  }

  package func attentionBackwardScratch(_ size: AttentionSize) -> Int {
    var shape = unsafe kernelShape(size, nil)
    return unsafe pk_attention_backward_scratch(&shape)
  }

  package func attentionBackward(
    q: Slot, k: Slot, v: Slot, firstKey: Slot, y: Slot, logSumExp: Slot, dy: Slot, dq: GradientSlot?,
    dk: GradientSlot?, dv: GradientSlot?, scratch: Slot, _ size: AttentionSize
  ) {
    checkSizes(q: q, k: k, v: v, firstKey: firstKey, size)
    expect(dy, q.count, "attentionBackward dy")
    expect(scratch, attentionBackwardScratch(size), "attentionBackward scratch")
    var shape = unsafe kernelShape(size, firstKey)
    unsafe pk_attention_backward(
      pool, &shape, floats(q), floats(k), floats(v), floats(y), floats(logSumExp), floats(dy),
      dq?.mode.beta ?? 0, floats(dq), dk?.mode.beta ?? 0, floats(dk), dv?.mode.beta ?? 0, floats(dv),
      floats(scratch))
  }

  package func cachedAttention(
    q: Slot, k: Slot, v: Slot, sequences: Slot, positions: Slot, keys: Slot, values: Slot, into y: Slot,
    rows: Int, heads: Int, scale: Float, _ cache: CacheSize
  ) {
    expect(q, rows * heads * cache.headSize, "cachedAttention q")
    expect(k, rows * cache.kvHeads * cache.headSize, "cachedAttention k")
    expect(v, k.count, "cachedAttention v")
    expect(keys, cache.shape.count, "cachedAttention keys")
    expect(values, cache.shape.count, "cachedAttention values")
    checkCacheRows(sequences, positions, rows, cache)
    var shape = unsafe pk_cached_attention_shape(
      rows: rows, heads: heads, kv_heads: cache.kvHeads, head_dim: cache.headSize, capacity: cache.capacity,
      window: 0, scale: scale, sequence: UnsafePointer(integers(sequences)),
      position: UnsafePointer(integers(positions)))
    unsafe pk_cached_attention(
      pool, &shape, floats(q), floats(k), floats(v), floats(keys), floats(values), floats(y))
  }

  private func kernelShape(_ size: AttentionSize, _ firstKey: Slot?) -> pk_attention_shape {
    let first: UnsafePointer<Int32>? =
      if let firstKey { unsafe UnsafePointer(integers(firstKey)) } else { nil }
    return unsafe pk_attention_shape(
      batch: size.batch, length: size.length, heads: size.heads, kv_heads: size.kvHeads,
      head_dim: size.headSize,
      scale: size.scale, first_key: first)
  }

  private func checkSizes(q: Slot, k: Slot, v: Slot, firstKey: Slot, _ size: AttentionSize) {
    let rows = size.batch * size.length
    expect(q, rows * size.heads * size.headSize, "attention q")
    expect(k, rows * size.kvHeads * size.headSize, "attention k")
    expect(v, k.count, "attention v")
    expect(firstKey, rows, "attention firstKey")
    let first = unsafe integers(firstKey)
    for row in 0..<rows {
      let key = Int(unsafe first[row])
      precondition(key >= 0 && key <= row % size.length, "attention: row \(row) cannot start at key \(key)")
    }
  }

  private func checkCacheRows(_ sequences: Slot, _ positions: Slot, _ rows: Int, _ cache: CacheSize) {
    expect(sequences, rows, "cachedAttention sequences")
    expect(positions, rows, "cachedAttention positions")
    let sequence = unsafe integers(sequences)
    let position = unsafe integers(positions)
    for row in 0..<rows where unsafe sequence[row] >= 0 {
      let (line, place) = unsafe (Int(sequence[row]), Int(position[row]))
      precondition(
        line < cache.lines && place >= 0 && place < cache.capacity,
        "cachedAttention: line \(line), position \(place) lie outside a cache of \(cache.lines) × \(cache.capacity)"
      )
    }
  }
}
