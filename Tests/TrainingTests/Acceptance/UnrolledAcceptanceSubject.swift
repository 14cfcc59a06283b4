import Autodiff
import DraftData
import Drafters
import Models
import TestSupport

/// A random target, a random drafter that reads its hidden states, and an acceptance head over that.
struct UnrolledAcceptanceSubject {
  let plain: AcceptanceSubject
  let drafter: any RecurrentDrafter
  let head: AcceptanceHead
  private let decoder: FeatureDecoder
  private let reader: CachedDecoder

  /// Tokens that the EAGLE-3 drafter's head has rows for.
  static let vocabulary = [0, 2, 3, 5, 6, 8, 9, 11, 14, 15, 18, 20, 21, 24, 27, 29, 30].map(Int32.init)

  init(_ kind: FeatureSubject.Kind, threads: Int = 1) throws {
    let plain = AcceptanceSubject(threads: threads)
    self.plain = plain
    var configuration = FeatureDrafterConfiguration(for: plain.target.configuration)
    let positions = plain.target.rotary.positionCount
    if kind == .eagle {
      drafter = EagleDrafter(
        configuration, target: plain.target, on: plain.backend, positions: positions, isTrainable: false,
        isLoaded: false, deviation: 0.15)
    } else {
      configuration.tappedLayers = [1, 2]
      configuration.draftVocabulary = try DraftVocabulary(targetIDs: Self.vocabulary, targetSize: 31)
      drafter = Eagle3Drafter(
        configuration, target: plain.target, on: plain.backend, positions: positions, isTrainable: false,
        isLoaded: false, deviation: 0.3)
    }
    drafter.store.initialize(seed: 7)
    head = AcceptanceHead(
      AcceptanceHead.Configuration(hiddenSize: 24, layerCount: 2, sharesBlock: true), on: plain.backend,
      isTrainable: true, isLoaded: false, deviation: 0.3)
    head.store.initialize(seed: 5)
    decoder = FeatureDecoder(
      drafter, on: plain.backend, lines: 1, capacity: 64, showingOutputs: true)
    reader = CachedDecoder(
      plain.target, on: plain.backend, lines: 1, capacity: 64, showing: drafter.tappedLayers,
      normalizing: true)
  }

  /// The target's token of each row of the drafter's head.
  var draftTokens: [Int32] { drafter.draftVocabulary?.targetIDs ?? (0..<31).map { $0 } }

  /// What the target says after each token of a text, and what the drafter reads of it.
  func read(_ text: [Int32]) -> (logProbabilities: [[Float]], features: [[Float]]) {
    reader.forward(
      tokens: text, sequences: text.map { _ in 0 }, positions: text.indices.map(Int32.init),
      outputs: Array(text.indices))
    return (
      text.indices.map { reader.withLogits(of: $0) { Array($0) } },
      text.indices.map { Array(reader.features(of: $0)) }
    )
  }

  /// What the drafter says, and its head reads, at the last of the rows that read the target's states of the text's tokens
  /// but the last, and of `chain` behind them with its own.
  func draft(
    _ features: [[Float]], _ text: [Int32], chain: [Int32]
  ) -> (logProbabilities: [Float], output: [Float]) {
    var rows = FeatureRows()
    let last = text.count - 2
    for row in 0...last {
      rows.append(state: features[row], token: text[row + 1], line: 0, position: Int32(row))
    }
    decoder.forward(rows, from: .target, outputs: [last])
    var index = last
    for (step, token) in chain.enumerated() {
      var next = FeatureRows()
      next.append(state: decoder.state(of: index), token: token, line: 0, position: Int32(last + 1 + step))
      decoder.forward(next, from: .drafter, outputs: [0])
      index = 0
    }
    return (Array(decoder.logProbabilities(of: 0)), Array(decoder.output(of: index)))
  }

  /// log P(reject) and log P(accept), in double precision.
  func judge(_ state: [Float]) -> [Double] { AcceptanceSubject.judge(state, by: head) }
}
