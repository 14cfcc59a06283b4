internal import Autodiff
internal import Models
internal import Objectives
internal import Randomness

/// A teacher without a network: random hidden states and a random head, from which the loss makes logits chunk by
/// chunk. It costs one product of its width, as a target's stored hidden states would.
final class FixedTeacher: OnlineTeacher {
  let head: Parameter
  private let states: Parameter
  private let store: ParameterStore

  /// Hidden states for `rows` rows of `width` under a head of `vocabulary` tokens.
  init(rows: Int, width: Int, vocabulary: Int, on backend: any Backend) {
    store = ParameterStore(on: backend)
    let scope = ParameterScope(store, isTrainable: false)
    // Logits of unit variance.
    states = scope.parameter("states", [rows, width], .normal(standardDeviation: 1))
    head = scope.parameter(
      "head", [vocabulary, width], .normal(standardDeviation: 1 / Float(width).squareRoot()))
    store.reserve()
    store.initialize(seed: 2)
  }

  func hidden(_ inputs: SequenceInputs, in g: inout Graph) -> Tensor { g.parameter(states) }
}
