import DraftData

/// Twelve documents of 40 tokens below 31, a third of them a question that is not in the loss, in rows of 32.
func packedText(batch: Int) throws -> BatchStream {
  var store = TokenStore()
  for start in 0..<12 {
    let tokens = (0..<40).map { Int32((start * 5 + $0 * $0 * 3) % 31) }
    store.append(
      tokens: tokens, inLoss: tokens.indices.map { $0 >= 13 }, domain: "text", contentHash: UInt64(start))
  }
  return try BatchStream(
    try Mixture(store), settings: BatchStream.Settings(sequenceLength: 32, batchSize: batch, seed: 3))
}

/// Its first batch.
func packedBatch(_ size: Int) throws -> Batch {
  var stream = try packedText(batch: size)
  var batch = stream.emptyBatch()
  _ = stream.next(into: &batch)
  return batch
}
