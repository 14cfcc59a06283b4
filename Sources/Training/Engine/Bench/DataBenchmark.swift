internal import DraftData

/// From text to batches: how fast documents are written, cut into tokens and packed.
package struct DataBenchmark {
  package var documents = 2000
  package var sequenceLength = 512
  package var batchSize = 8
  private let path: String

  /// - Parameter path: a tokenizer, or a model that has one.
  package init(tokenizer path: String) { self.path = path }

  /// Writing synthetic stories, tokenising them, packing them.
  ///
  /// - Throws: `InputError` for a tokenizer that cannot be read.
  package func run() throws -> [Measurement] {
    let tokenizer = try TokenizerLoader.load(path: path)
    let source = SyntheticSource(seed: 1, domain: .stories)
    let texts = (0..<documents).map { source.document(at: $0) }
    let bytes = Double(texts.reduce(0) { $0 + $1.text.utf8.count })
    let writing = Stopwatch.samples(duration: 0.3) {
      for index in 0..<documents { _ = source.document(at: index) }
    }
    let encoder = DocumentEncoder(tokenizer)
    let encoding = try Stopwatch.samples(duration: 0.5) { _ = try encoder.store(of: texts) }
    let store = try encoder.store(of: texts).store
    var stream = try BatchStream(
      try Mixture(store),
      settings: BatchStream.Settings(sequenceLength: sequenceLength, batchSize: batchSize, seed: 1))
    var batch = stream.emptyBatch()
    let packing = Stopwatch.samples(duration: 0.3) { _ = stream.next(into: &batch) }
    return [
      Measurement(
        name: "synthetic stories", seconds: writing, amount: bytes / 1_048_576, unit: "MB"),
      Measurement(name: "tokenising", seconds: encoding, amount: bytes / 1_048_576, unit: "MB"),
      Measurement(
        name: "packing a batch", seconds: packing, amount: Double(batchSize * sequenceLength),
        unit: "tokens"),
    ]
  }
}
