internal import CKernels

extension CPUBackend: AttentionBackend {
  package func attention(
    q: Slot, k: Slot, v: Slot, mask: AttentionMask<Slot>, into y: Slot, logSumExp: Slot, _ size: AttentionSize
  ) {
    checkSizes(q: q, k: k, v: v, mask, size)
    expect(y, q.count, "attention y")
    expect(logSumExp, size.batch * size.length * size.heads, "attention logSumExp")
    var shape = unsafe kernelShape(size, mask)
    unsafe pk_attention(pool, &shape, floats(q), floats(k), floats(v), floats(y), floats(logSumExp))
  }

  package func attentionBackwardScratch(_ size: AttentionSize) -> Int {
    var shape = unsafe kernelShape(size)
    return unsafe pk_attention_backward_scratch(&shape)
  }

  package func attentionBackward(
    q: Slot, k: Slot, v: Slot, mask: AttentionMask<Slot>, y: Slot, logSumExp: Slot, dy: Slot,
    dq: GradientSlot?, dk: GradientSlot?, dv: GradientSlot?, scratch: Slot, _ size: AttentionSize
  ) {
    checkSizes(q: q, k: k, v: v, mask, size)
    expect(dy, q.count, "attentionBackward dy")
    expect(scratch, attentionBackwardScratch(size), "attentionBackward scratch")
    var shape = unsafe kernelShape(size, mask)
    unsafe pk_attention_backward(
      pool, &shape, floats(q), floats(k), floats(v), floats(y), floats(logSumExp), floats(dy),
      dq?.mode.beta ?? 0, floats(dq), dk?.mode.beta ?? 0, floats(dk), dv?.mode.beta ?? 0, floats(dv),
      floats(scratch))
  }

  package func cachedAttention(
    q: Slot, k: Slot, v: Slot, sequences: Slot, positions: Slot, keys: Slot, values: Slot,
    tree: CachedTree<Slot>?, window: Int?, into y: Slot, rows: Int, heads: Int, scale: Float,
    _ cache: CacheSize
  ) {
    expect(q, rows * heads * cache.headSize, "cachedAttention q")
    expect(k, rows * cache.kvHeads * cache.headSize, "cachedAttention k")
    expect(v, k.count, "cachedAttention v")
    expect(keys, cache.shape.count, "cachedAttention keys")
    expect(values, cache.shape.count, "cachedAttention values")
    checkCacheRows(sequences, positions, rows, cache)
    precondition(tree == nil || window == nil, "cachedAttention: a tree has no window yet")
    if let tree { checkTree(tree, sequences, rows, cache) }
    var shape = unsafe pk_cached_attention_shape(
      rows: rows, heads: heads, kv_heads: cache.kvHeads, head_dim: cache.headSize, capacity: cache.capacity,
      window: window ?? 0, scale: scale, sequence: UnsafePointer(integers(sequences)),
      position: UnsafePointer(integers(positions)),
      visible: visibleKeys(first: nil, end: tree?.prefixEnd, extra: tree?.ancestors, rows: rows))
    unsafe pk_cached_attention(
      pool, &shape, floats(q), floats(k), floats(v), floats(keys), floats(values), floats(y))
  }

  package func copyCached(_ copies: [CacheCopy], in store: Slot, _ cache: CacheSize) {
    expect(store, cache.shape.count, "copyCached store")
    for copy in copies {
      precondition(
        (0..<cache.lines).contains(copy.line) && (0..<cache.capacity).contains(copy.source)
          && (0..<cache.capacity).contains(copy.target),
        "copyCached: \(copy) lies outside a cache of \(cache.lines) × \(cache.capacity)")
    }
    unsafe pk_copy_cached(
      copies.count, cache.kvHeads, cache.headSize, cache.capacity, copies.map { Int32($0.line) },
      copies.map { Int32($0.source) }, copies.map { Int32($0.target) }, floats(store))
  }

  private func kernelShape(_ size: AttentionSize, _ mask: AttentionMask<Slot>? = nil) -> pk_attention_shape {
    unsafe pk_attention_shape(
      batch: size.batch, length: size.length, key_length: size.keyLength, heads: size.heads,
      kv_heads: size.kvHeads, head_dim: size.headSize, window: size.window ?? 0, scale: size.scale,
      visible: mask.map { unsafe visibleKeys($0, rows: size.batch * size.length) } ?? pk_visible_keys(),
      zero_keys: numbers(mask?.zeroKeys))
  }

  private func visibleKeys(_ mask: AttentionMask<Slot>, rows: Int) -> pk_visible_keys {
    let places = mask.ofKeys.places
    return unsafe visibleKeys(
      first: places[0], end: places.count > 1 ? places[1] : nil, extra: places.count > 2 ? places[2] : nil,
      rows: rows)
  }

  private func numbers(_ slot: Slot?) -> UnsafePointer<Int32>? {
    guard let slot else { return nil }
    return unsafe UnsafePointer(integers(slot))
  }

  private func visibleKeys(first: Slot?, end: Slot?, extra: Slot?, rows: Int) -> pk_visible_keys {
    unsafe pk_visible_keys(
      first: numbers(first), end: numbers(end), extra_count: (extra?.count ?? 0) / max(rows, 1),
      extra: numbers(extra))
  }

  private func checkSizes(q: Slot, k: Slot, v: Slot, _ mask: AttentionMask<Slot>, _ size: AttentionSize) {
    let rows = size.batch * size.length
    expect(q, rows * size.heads * size.headSize, "attention q")
    expect(k, size.batch * size.keyLength * size.kvHeads * size.headSize, "attention k")
    expect(v, k.count, "attention v")
    checkMask(mask, size)
  }
}
