/// A second set of weights that follows the trained ones slowly, and usually evaluates better.
///
/// ```
/// average = average + (1 - decay_t)(p - average),  decay_t = 0 at the first update,
/// then decay, or min(decay, (1 + t) / (10 + t)) with warm-up, t counting updates from 0
/// ```
/// The first update copies, so weights may be loaded after the average was made. State: `average` like each
/// trainable parameter, and `step`.
///
/// Source: Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992; the warm-up is that of
/// `tf.train.ExponentialMovingAverage`.
package final class ExponentialMovingAverage {
  private let backend: any Backend
  private let store: ParameterStore
  private let decay: Double
  private let warmsUp: Bool
  private let state: OptimizerState
  private let average: Slot
  private let spare: Slot
  /// Whether the store holds the averages, and the average's memory the trained weights.
  package private(set) var isSwapped = false

  /// Elements that `swap` moves at a time.
  private static let chunk = 65_536

  /// Takes memory for one more copy of the trainable weights.
  ///
  /// - Parameters:
  ///   - store: with all its parameters declared.
  ///   - decay: share of the average that an update keeps, at least 0 and below 1.
  ///   - warmsUp: whether early averages forget faster.
  package init(_ store: ParameterStore, on backend: any Backend, decay: Double, warmsUp: Bool = false) {
    precondition(decay >= 0 && decay < 1, "an average cannot keep \(decay) of itself")
    self.store = store
    self.backend = backend
    self.decay = decay
    self.warmsUp = warmsUp
    let state = OptimizerState("average of weights", on: backend)
    let slab = store.trainableSlab
    average = state.add("average", of: store.parameters, laidOutLike: slab)
    spare = state.scratch(min(Self.chunk, slab.count))
    state.reserve()
    self.state = state
  }

  /// Everything that must outlive a restart. Save only while not swapped.
  package var stateEntries: [StateEntry] { state.entries }

  /// Follows the weights by one step; called after each step of the optimizer.
  package func update() {
    precondition(!isSwapped, "the average is in use, it cannot follow the weights")
    let past = Double(state.advance() - 1)
    let cap = warmsUp ? (1 + past) / (10 + past) : 1
    backend.movingAverage(
      store.trainableSlab, into: average, decay: past == 0 ? 0 : Float(min(decay, cap)))
  }

  /// Exchanges weights and averages; a second call brings every bit back. Before the first update there is nothing
  /// to exchange and the weights stay.
  package func swap() {
    isSwapped.toggle()
    guard state.stepCount > 0 else { return }
    let weights = store.trainableSlab
    for start in stride(from: 0, to: weights.count, by: Self.chunk) {
      let count = min(Self.chunk, weights.count - start)
      let weight = weights.part(start, count)
      let mean = average.part(start, count)
      let kept = spare.part(0, count)
      // A product with 1 is a copy, bit for bit.
      backend.scale(weight, by: 1, into: kept, .overwrite)
      backend.scale(mean, by: 1, into: weight, .overwrite)
      backend.scale(kept, by: 1, into: mean, .overwrite)
    }
  }

  /// Runs `body` with the averages in place of the weights, and brings those back, also when it throws.
  package func withAverages<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    swap()
    defer { swap() }
    return try body()
  }
}
