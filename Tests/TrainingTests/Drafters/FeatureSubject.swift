import Autodiff
import Drafters
import Models
import Objectives
import TestSupport

/// A random target with a random drafter over it, and a packed text of several documents.
struct FeatureSubject {
  /// How the drafter is built.
  enum Kind: String, CaseIterable, Sendable {
    case eagle, eagle3, medusa

    /// Those that read their own states.
    static let recurrent: [Kind] = [.eagle, .eagle3]
  }

  let backend = CPUBackend(threads: 2)
  let target: LanguageModel
  let drafter: any FeatureDrafter
  let batch = 2
  let length = 13
  let tokens: [Int32]
  let labels: [Int32]
  let positions: [Int32]
  let firstKey: [Int32]

  /// Documents begin at rows 0 and 8 of the first sequence and at row 0 of the second.
  static let starts = [[0, 8], [0]]
  static let positionCount = 40

  init(_ kind: Kind, draftVocabulary: DraftVocabulary? = nil) {
    let architecture = ModelConfiguration(
      vocabularySize: 29, hiddenSize: 24, feedForwardSize: 40, layerCount: 3, headCount: 4, kvHeadCount: 2,
      headSize: 6, ropeTheta: 500, tiesEmbeddings: false, maxPositions: Self.positionCount)
    target = LanguageModel(
      architecture, on: backend, isTrainable: false, isLoaded: false, deviation: 0.4)
    target.store.initialize(seed: 3)
    var configuration = FeatureDrafterConfiguration(for: architecture)
    configuration.tappedLayers = [1, 2, 3]
    configuration.feedForwardSize = 32
    configuration.draftVocabulary = draftVocabulary
    switch kind {
    case .eagle:
      configuration.hasFusionBias = true
      drafter = EagleDrafter(
        configuration, target: target, on: backend, positions: Self.positionCount, isTrainable: true,
        isLoaded: false, deviation: 0.15)
    case .eagle3:
      drafter = Eagle3Drafter(
        configuration, target: target, on: backend, positions: Self.positionCount, isTrainable: true,
        isLoaded: false, deviation: 0.3)
    case .medusa:
      var heads = MedusaConfiguration(for: architecture, headCount: 4, layerCount: 2)
      heads.draftVocabulary = draftVocabulary
      drafter = MedusaDrafter(
        heads, target: target, on: backend, isTrainable: true, isLoaded: false, deviation: 0.3)
    }
    drafter.store.initialize(seed: 7)
    var numbers = TestNumbers("feature subject")
    if kind == .medusa {
      // Blocks begin as the identity, which would hide them.
      for parameter in drafter.store.parameters where parameter.name.contains("linear") {
        drafter.store.write(numbers.normals(parameter.shape.count).map { $0 * 0.3 }, to: parameter)
      }
    }
    tokens = numbers.integers(batch * length, below: 29)
    var (firstKey, positions, labels): ([Int32], [Int32], [Int32]) = ([], [], [])
    for sequence in 0..<batch {
      for row in 0..<length {
        let start = Self.starts[sequence].last { $0 <= row } ?? 0
        firstKey.append(Int32(start))
        positions.append(Int32(row - start))
        let isLast = row + 1 == length || Self.starts[sequence].contains(row + 1)
        labels.append(isLast || row % 5 == 4 ? -1 : tokens[sequence * length + row + 1])
      }
    }
    (self.firstKey, self.positions, self.labels) = (firstKey, positions, labels)
  }

  /// The drafter, where it reads its own states.
  var recurrent: any RecurrentDrafter {
    guard let drafter = drafter as? any RecurrentDrafter else { preconditionFailure("heads have no states") }
    return drafter
  }

  func rows(
    passCount: Int, _ unrolling: VisibleKeys.Unrolling, quirks: UpstreamQuirks = []
  ) -> UnrolledRows {
    UnrolledRows(
      tokens: tokens, labels: labels, positions: positions, firstKey: firstKey, length: length,
      passCount: passCount, unrolling: unrolling, quirks: quirks)
  }

  /// The target over the packed text, recorded in `g`; its inputs are written by what is returned.
  func recordTarget(in g: inout Graph) -> (states: LanguageModel.States, write: (Executor) -> Void) {
    let count = batch * length
    let inputs = (0..<3).map { _ in g.input([count], .int32) }
    let states = target.states(
      tokens: inputs[0], positions: inputs[1],
      .packed(batch: batch, length: length, firstKey: inputs[2]), entering: drafter.tappedLayers, in: &g)
    return (
      states,
      { executor in
        for (tensor, values) in zip(inputs, [tokens, positions, firstKey]) {
          executor.write(values, to: tensor)
        }
      }
    )
  }

  /// What the drafter reads of the target at every row, [n, width].
  func features() -> [Float] {
    var g = Graph()
    let (states, write) = recordTarget(in: &g)
    let features = drafter.features(of: states, in: &g)
    let executor = Executor(Plan(g, outputs: [features], training: false, on: backend), on: backend)
    write(executor)
    executor.forward()
    return executor.read(features)
  }
}
