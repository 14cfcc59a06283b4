internal import DraftData
internal import Randomness

/// Random tokens in the shape of training data, where only the time counts.
struct RandomText {
  let vocabulary: Int
  let sequenceLength: Int
  /// Entries per token of stored distributions; 0 without any.
  var teacherEntryCount = 0
  /// The hidden states of its tokens, where they are read with them.
  var features: RandomFeatures?

  /// Batches in the order of the text, which begins again after `stepCount` of them. One document fills each sequence
  /// and is a token longer than it, so that every row has a label.
  func stream(batchSize: Int, stepCount: Int) throws -> BatchStream {
    var store = TokenStore(teacherEntryCount: teacherEntryCount)
    for document in 0..<batchSize * stepCount {
      let tokens = tokens(document: document, count: sequenceLength + 1)
      store.append(
        tokens: tokens, inLoss: [Bool](repeating: true, count: tokens.count), domain: "random",
        contentHash: UInt64(document))
    }
    return try BatchStream(
      try Mixture([Mixture.Component(name: "random", store: store, features: features)]),
      settings: BatchStream.Settings(
        sequenceLength: sequenceLength, batchSize: batchSize, isShuffled: false))
  }

  /// The first `count` tokens of a document.
  func tokens(document: Int, count: Int) -> [Int32] {
    let philox = Philox(seed: 1, purpose: .noise)
    return (0..<count).map {
      Int32(philox.below(vocabulary, step: UInt64(document), index: UInt64($0)))
    }
  }
}
