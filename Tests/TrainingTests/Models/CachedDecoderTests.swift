import Autodiff
import Models
import TestSupport
import Testing

/// Cached decoding and packing against plain forward passes of whole sequences.
@Suite struct CachedDecoderTests {
  /// Grouped heads whose size is not hidden/heads, with and without a head of its own.
  private static func model(tied: Bool, threads: Int = 1) -> (LanguageModel, CPUBackend) {
    let backend = CPUBackend(threads: threads)
    let configuration = ModelConfiguration(
      vocabularySize: 53, hiddenSize: 24, feedForwardSize: 40, layerCount: 3, headCount: 4, kvHeadCount: 2,
      headSize: 8, tiesEmbeddings: tied, maxPositions: 64)
    let model = LanguageModel(configuration, on: backend, isTrainable: false, isLoaded: false)
    model.store.initialize(seed: 5)
    // Fresh weights make nearly flat distributions; larger ones make the comparison sharp.
    for parameter in model.store.parameters where parameter.shape.rank == 2 {
      model.store.write(model.store.read(parameter).map { $0 * 12 }, to: parameter)
    }
    return (model, backend)
  }

  private static func sequence(_ title: String, length: Int) -> [Int32] {
    var numbers = TestNumbers(title)
    return numbers.integers(length, below: 53)
  }

  /// Hidden states, and log-probabilities of every row, of documents packed into one sequence.
  private static func full(
    _ model: LanguageModel, _ documents: [[Int32]], on backend: CPUBackend
  ) -> (hidden: [Float], logProbabilities: [Float]) {
    let tokens = documents.flatMap { $0 }
    var g = Graph()
    let inputs = SequenceInputs(batch: 1, length: tokens.count, in: &g)
    let hidden = model.hidden(inputs, in: &g)
    let logits = g.linear(hidden, g.parameter(model.head))
    let logProbabilities = g.logSoftmax(logits)
    let plan = Plan(g, outputs: [hidden, logProbabilities], training: false, on: backend)
    let executor = Executor(plan, on: backend, mode: .checked)
    executor.write(tokens, to: inputs.tokens)
    executor.write(documents.flatMap { $0.indices.map(Int32.init) }, to: inputs.positions)
    var start = 0
    let firstKeys = documents.flatMap { document -> [Int32] in
      defer { start += document.count }
      return [Int32](repeating: Int32(start), count: document.count)
    }
    executor.write(firstKeys, to: inputs.firstKey)
    executor.write([Int32](repeating: -1, count: tokens.count), to: inputs.labels)
    executor.write([1 as Float], to: inputs.scale)
    executor.forward()
    #expect(executor.anomaly == nil)
    return (executor.read(hidden), executor.read(logProbabilities))
  }

  /// The log-probabilities of output `index` of the last pass of a decoder.
  private static func logProbabilities(_ decoder: CachedDecoder, _ index: Int, on backend: CPUBackend)
    -> [Float]
  {
    let logits = decoder.withLogits(of: index) { Array($0) }
    var g = Graph()
    let input = g.input([1, logits.count])
    let output = g.logSoftmax(input)
    let executor = Executor(Plan(g, outputs: [output], training: false, on: backend), on: backend)
    executor.write(logits, to: input)
    executor.forward()
    return executor.read(output)
  }

  private static func distance(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Float {
    zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test(arguments: [true, false])
  func decodingOneByOneEqualsTheFullForward(tied: Bool) {
    let (model, backend) = Self.model(tied: tied)
    let tokens = Self.sequence("one", length: 40)
    let expected = Self.full(model, [tokens], on: backend).logProbabilities
    #expect(expected.max() ?? 0 > -1, "a sharp model")
    let decoder = CachedDecoder(model, on: backend, lines: 2, capacity: 64)
    for (position, token) in tokens.enumerated() {
      decoder.forward(tokens: [token], sequences: [1], positions: [Int32(position)], outputs: [0])
      let own = Self.logProbabilities(decoder, 0, on: backend)
      #expect(
        Self.distance(own, expected[position * 53..<(position + 1) * 53]) < 1e-4, "position \(position)")
    }
  }

  /// Prompts of different lengths at once, then drafts of four with a rollback, on several lines together.
  @Test func batchedPrefillDraftsAndRollbackEqualTheFullForward() {
    let (model, backend) = Self.model(tied: true)
    let sequences = [("a", 30), ("b", 25), ("c", 28)].map { Self.sequence($0.0, length: $0.1) }
    let expected = sequences.map { Self.full(model, [$0], on: backend).logProbabilities }
    let decoder = CachedDecoder(model, on: backend, lines: 3, capacity: 64)
    func run(_ rows: [(line: Int, position: Int)], tokens: [Int32], check: Bool) {
      decoder.forward(
        tokens: tokens, sequences: rows.map { Int32($0.line) }, positions: rows.map { Int32($0.position) },
        outputs: Array(rows.indices))
      guard check else { return }
      for (index, row) in rows.enumerated() {
        let own = Self.logProbabilities(decoder, index, on: backend)
        let wanted = expected[row.line][row.position * 53..<(row.position + 1) * 53]
        #expect(Self.distance(own, wanted) < 1e-4, "line \(row.line), position \(row.position)")
      }
    }
    let prompts = [11, 3, 7]
    let prefill = prompts.enumerated().flatMap { line, count in (0..<count).map { (line: line, position: $0) }
    }
    run(prefill, tokens: prefill.map { sequences[$0.line][$0.position] }, check: true)
    for step in 0..<4 {
      let rows = prompts.enumerated().flatMap { line, count in
        (0..<4).map { (line: line, position: count + 4 * step + $0) }
      }
      // A rejected draft first, then the right tokens at the same positions.
      run(rows, tokens: rows.map { (sequences[$0.line][$0.position] + 1) % 53 }, check: false)
      run(rows, tokens: rows.map { sequences[$0.line][$0.position] }, check: true)
    }
  }

  @Test func packedDocumentsEqualDocumentsAlone() {
    let (model, backend) = Self.model(tied: true)
    let documents = [9, 1, 20, 14].map { Self.sequence("document \($0)", length: $0) }
    let packed = Self.full(model, documents, on: backend)
    let alone = documents.flatMap { Self.full(model, [$0], on: backend).hidden }
    let problem = Tolerance(.float32, terms: 4096).mismatch(packed.hidden, alone.map(Double.init))
    #expect(problem == nil)
  }

  @Test func decodingGivesTheSameBitsOnTwoThreads() {
    let tokens = Self.sequence("threads", length: 20)
    func logits(threads: Int) -> [Float] {
      let (model, backend) = Self.model(tied: true, threads: threads)
      let decoder = CachedDecoder(model, on: backend, lines: 1, capacity: 32)
      decoder.forward(
        tokens: tokens, sequences: [Int32](repeating: 0, count: 20), positions: (0..<20).map { Int32($0) },
        outputs: [0, 19])
      return decoder.withLogits(of: 1) { Array($0) }
    }
    #expect(logits(threads: 1) == logits(threads: 2))
  }
}
