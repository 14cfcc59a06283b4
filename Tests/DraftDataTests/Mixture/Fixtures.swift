import DraftData

/// Documents whose tokens tell where they come from: 1000 · document + place, all in the loss.
func numberedStore(lengths: [Int], base: Int32 = 0) -> TokenStore {
  var store = TokenStore()
  for (document, length) in lengths.enumerated() {
    store.append(
      tokens: (0..<length).map { base + Int32(1000 * document + $0) },
      inLoss: [Bool](repeating: true, count: length), domain: "numbers", contentHash: UInt64(document))
  }
  return store
}

/// Every batch that a stream has left, up to a limit.
func batches(of stream: inout BatchStream, limit: Int = 1000) -> [Batch] {
  var result: [Batch] = []
  var batch = stream.emptyBatch()
  while result.count < limit, stream.next(into: &batch) { result.append(batch) }
  return result
}
