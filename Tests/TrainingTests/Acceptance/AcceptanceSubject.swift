import Autodiff
import DraftData
import Drafters
import Glibc
import Models
import TestSupport

/// A random target, a random drafter of the same vocabulary, and a head over it.
struct AcceptanceSubject {
  let backend: CPUBackend
  let target: LanguageModel
  let drafter: LanguageModel
  let head: AcceptanceHead

  init(threads: Int = 1, layers: Int = 2, sharesBlock: Bool = false) {
    let backend = CPUBackend(threads: threads)
    self.backend = backend
    func model(_ width: Int, _ seed: UInt64, _ deviation: Float) -> LanguageModel {
      let made = LanguageModel(
        ModelConfiguration(
          vocabularySize: 31, hiddenSize: width, feedForwardSize: 40, layerCount: 2, headCount: 2,
          maxPositions: 64), on: backend, isTrainable: false, isLoaded: false, deviation: deviation)
      made.store.initialize(seed: seed)
      return made
    }
    target = model(24, 1, 0.25)
    drafter = model(16, 2, 0.3)
    head = AcceptanceHead(
      AcceptanceHead.Configuration(hiddenSize: 16, layerCount: layers, sharesBlock: sharesBlock),
      on: backend, isTrainable: true, isLoaded: false, deviation: 0.3)
    head.store.initialize(seed: 5)
  }

  /// What a model says after each token of a text, as log-probabilities, and the states that its head reads.
  func read(_ model: LanguageModel, _ tokens: [Int32]) -> (logProbabilities: [[Float]], states: [[Float]]) {
    let decoder = CachedDecoder(
      model, on: backend, lines: 1, capacity: 64, showing: [], normalizing: true)
    decoder.forward(
      tokens: tokens, sequences: tokens.map { _ in 0 }, positions: tokens.indices.map(Int32.init),
      outputs: Array(tokens.indices))
    return (
      tokens.indices.map { decoder.withLogits(of: $0) { Array($0) } },
      tokens.indices.map { Array(decoder.features(of: $0)) }
    )
  }

  /// log P(reject) and log P(accept) of a state.
  func judge(_ state: [Float]) -> [Double] { Self.judge(state, by: head) }

  /// The same of any head, in double precision, from its weights.
  static func judge(_ state: [Float], by head: AcceptanceHead) -> [Double] {
    let weights = Dictionary(
      uniqueKeysWithValues: head.store.parameters.map { ($0.name, head.store.read($0).map(Double.init)) })
    func linear(_ name: String, _ x: [Double]) -> [Double] {
      let (w, bias) = (weights[name + ".weight"] ?? [], weights[name + ".bias"] ?? [])
      return bias.indices.map { row in
        zip(w[row * x.count..<(row + 1) * x.count], x).reduce(bias[row]) { $0 + $1.0 * $1.1 }
      }
    }
    let configuration = head.configuration
    var x = state.map(Double.init)
    for layer in 0..<configuration.layerCount {
      let inner = linear("model.\(configuration.sharesBlock ? 0 : layer).linear", x)
      x = zip(x, inner).map { $0 + $1 / (1 + exp(-$1)) }
    }
    let logits = linear("model.\(configuration.layerCount)", x)
    let total = log(exp(logits[0]) + exp(logits[1]))
    return logits.map { $0 - total }
  }
}
