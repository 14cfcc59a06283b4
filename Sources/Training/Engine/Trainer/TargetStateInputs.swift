internal import Autodiff
internal import DraftData
internal import Drafters
internal import Models

/// Where a graph has the target's hidden states from, and what a batch has to bring for them.
protocol TargetStateInputs {
  var states: LanguageModel.States { get }
  func write(_ batch: Batch, to executor: Executor)
}

/// The target reads the batch in the same graph.
struct RunningTargetInputs: TargetStateInputs {
  let states: LanguageModel.States
  private let tokens: Tensor
  private let positions: Tensor
  private let firstKey: Tensor

  init(
    _ drafter: any FeatureDrafter, _ target: LanguageModel, batch: Int, length: Int, in g: inout Graph
  ) {
    let rows: Shape = [batch * length]
    let text = (
      tokens: g.input(rows, .int32), positions: g.input(rows, .int32), firstKey: g.input(rows, .int32)
    )
    states = g.scope("target") { g in
      target.states(
        tokens: text.tokens, positions: text.positions,
        .packed(batch: batch, length: length, firstKey: text.firstKey), entering: drafter.tappedLayers,
        in: &g)
    }
    (tokens, positions, firstKey) = text
  }

  func write(_ batch: Batch, to executor: Executor) {
    executor.write(batch.tokens, to: tokens)
    executor.write(batch.positions, to: positions)
    executor.write(batch.firstKey, to: firstKey)
  }
}

/// The states come with the batch: the target has read the documents before.
struct StoredStateInputs: TargetStateInputs {
  let states: LanguageModel.States
  private let wanted: [FeatureState]
  /// In the order of `wanted`, each [rows, width].
  private let inputs: [Tensor]

  init(_ drafter: any FeatureDrafter, width: Int, rows: Int, in g: inout Graph) {
    wanted = FeatureState.read(by: drafter)
    let made = wanted.map { _ in g.input([rows, width]) }
    inputs = made
    let byState = Dictionary(uniqueKeysWithValues: zip(wanted, made))
    func input(_ state: FeatureState) -> Tensor {
      guard let tensor = byState[state] else { preconditionFailure("\(state) is not among those read") }
      return tensor
    }
    states = LanguageModel.States(
      final: input(.final), entering: drafter.tappedLayers.map { input(.residual(layersApplied: $0)) })
  }

  func write(_ batch: Batch, to executor: Executor) {
    guard let features = batch.features, features.states == wanted else {
      preconditionFailure("the drafter wants hidden states that the batch does not have")
    }
    for (values, input) in zip(features.values, inputs) { executor.write(values, to: input) }
  }
}
