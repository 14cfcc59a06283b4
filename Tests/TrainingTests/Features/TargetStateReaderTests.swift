import Autodiff
import DraftData
import Models
import TestSupport
import Testing
import Training

@Suite("Hidden states of documents")
struct TargetStateReaderTests {
  private let states: [FeatureState] = [
    .final, .residual(layersApplied: 0), .residual(layersApplied: 2), .residual(layersApplied: 3),
  ]

  private func target(on backend: CPUBackend) -> LanguageModel {
    let target = LanguageModel(
      ModelConfiguration(
        vocabularySize: 40, hiddenSize: 32, feedForwardSize: 48, layerCount: 3, headCount: 4, kvHeadCount: 2,
        maxPositions: 400), on: backend, isTrainable: false, isLoaded: false, deviation: 0.3)
    target.store.initialize(seed: 5)
    return target
  }

  /// The states of each document, [document][state].
  private func read(_ documents: [[Int32]], rows: Int, threads: Int) -> [[[Float]]] {
    let backend = CPUBackend(threads: threads)
    let reader = TargetStateReader(target(on: backend), states: states, rows: rows, on: backend)
    var found = documents.map { _ in [[Float]]() }
    var first = 0
    while first < documents.count {
      let count = reader.documentCount(fitting: documents[first...].map(\.count))
      reader.read(Array(documents[first..<first + count])) { index, states in
        found[first + index] = states.map { Array($0) }
      }
      first += count
    }
    return found
  }

  private var documents: [[Int32]] {
    var numbers = TestNumbers("documents")
    return [7, 200, 1, 0, 128, 129, 66, 300, 31].map { numbers.integers($0, below: 40) }
  }

  @Test("are the same bits whichever documents lie beside them, in passes of any size, on any threads")
  func neighbours() {
    let documents = documents
    let alone = documents.map { read([$0], rows: max(1, $0.count), threads: 1)[0] }
    #expect(alone.map { $0[0].count } == documents.map { $0.count * 32 })
    for (rows, threads) in [(300, 1), (700, 2), (4000, 3)] {
      #expect(read(documents, rows: rows, threads: threads) == alone)
    }
    #expect(read(documents.reversed(), rows: 1000, threads: 2) == alone.reversed())
  }

  @Test("are those of a forward pass: the embedding, the residuals, and what the head multiplies")
  func meaning() {
    let backend = CPUBackend(threads: 1)
    let target = target(on: backend)
    let document = documents[1]
    var g = Graph()
    let inputs = (0..<3).map { _ in g.input([200], .int32) }
    let shown = target.states(
      tokens: inputs[0], positions: inputs[1], .packed(batch: 1, length: 200, firstKey: inputs[2]),
      entering: [0, 2, 3], in: &g)
    let executor = Executor(
      Plan(g, outputs: [shown.final] + shown.entering, training: false, on: backend), on: backend)
    executor.write(document, to: inputs[0])
    executor.write((0..<200).map { Int32($0) }, to: inputs[1])
    executor.write([Int32](repeating: 0, count: 200), to: inputs[2])
    executor.forward()
    let found = read([document], rows: 200, threads: 1)[0]
    #expect(found == ([shown.final] + shown.entering).map { executor.read($0) })
    let embedding = target.store.read(target.embedding.weight)
    #expect(
      Array(found[1].prefix(32)) == Array(embedding[Int(document[0]) * 32..<(Int(document[0]) + 1) * 32]))
  }
}
