internal import Autodiff
internal import DraftData
internal import Objectives

/// The frozen drafter's half of a step that trains an acceptance head: drafts in the places of a text, and the states of the
/// rows that have read them.
protocol JudgedDrafts: AnyObject {
  /// The states that the head judges, of every row that may have read a draft: [m, hidden], in the graph of the head.
  var states: Tensor { get }
  /// Of what it has planned for itself.
  var plannedBytes: Int { get }

  /// Draws drafts for a micro-batch and asks the target how likely it accepts each.
  ///
  /// - Parameter uniform: for a row of `states` that may read a draft, the number in [0, 1) that draws it; nil: it is no
  ///   example.
  func draw(_ batch: Batch, uniform: (_ row: Int) -> Double?) -> DraftedBatch

  /// Writes a micro-batch for the head's graph.
  func write(_ drafted: DraftedBatch, to executor: Executor)
}

/// A micro-batch with its drafts.
struct DraftedBatch {
  let batch: Batch
  /// By the rows of `JudgedDrafts.states`.
  let labels: AcceptanceLabels
  /// What the target shows of its states, where the drafter reads them: [n, width]; else empty.
  let features: [Float]
}
