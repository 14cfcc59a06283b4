package import Autodiff
package import Drafters
package import Models

/// A target whose distribution is wanted while the drafter trains, in the same process.
///
/// Training hands it in; objectives never load one.
package protocol OnlineTeacher: AnyObject {
  /// The head's weight, [vocabulary, width].
  var head: Parameter { get }
  /// What the head multiplies, [batch*length, width].
  func hidden(_ inputs: SequenceInputs, in g: inout Graph) -> Tensor
}

extension LanguageModel: OnlineTeacher {}

/// The k most likely tokens of the target for every row: int [n, k] and [n, k].
package struct StoredTeacher: Sendable {
  package let ids: Tensor
  package let logProbabilities: Tensor
}

/// Sequence-level distillation with an optional token-level term.
///
/// On text that the target wrote, cross entropy alone *is* sequence-level distillation (FastDraft, arXiv
/// 2411.11055); on any other text it is plain pre-training. The token-level divergences of `LossMix` need the
/// target's distribution, either online or stored. Everything is one fused head-and-loss operation.
package struct DistillationObjective: Sendable {
  /// Where the target's distribution comes from.
  package enum Teacher: Sendable, Hashable {
    case none
    case online
    case stored(k: Int, tail: TailPolicy)
  }

  package let mix: LossMix
  package let teacher: Teacher

  /// Traps when the mix needs a teacher and there is none: recipes are checked before.
  package init(mix: LossMix, teacher: Teacher) {
    precondition(teacher != .none || !mix.needsTeacher, "this mix of losses needs a teacher")
    self.mix = mix
    self.teacher = teacher
  }

  /// Records the loss of a micro-batch.
  ///
  /// - Returns: the sums of `LossStatistic`, and the inputs that a stored teacher adds.
  package func record(
    _ drafter: any TokenDrafter, _ inputs: SequenceInputs, onlineTeacher: (any OnlineTeacher)?,
    in g: inout Graph
  ) -> (statistics: Tensor, stored: StoredTeacher?) {
    let x = drafter.hidden(inputs, in: &g)
    let head = g.parameter(drafter.head)
    switch teacher {
    case .none:
      return (g.headCrossEntropy(x, head, labels: inputs.labels, scale: inputs.scale), nil)
    case .online:
      guard let onlineTeacher else { preconditionFailure("an online objective was given no teacher") }
      let hidden = g.scope("teacher") { onlineTeacher.hidden(inputs, in: &$0) }
      let statistics = g.headDistillation(
        x, head, labels: inputs.labels, scale: inputs.scale, teacherHidden: hidden,
        teacherHead: g.parameter(onlineTeacher.head), mix: mix)
      return (statistics, nil)
    case .stored(let k, let tail):
      let rows = inputs.batch * inputs.length
      let stored = StoredTeacher(ids: g.input([rows, k], .int32), logProbabilities: g.input([rows, k]))
      let statistics = g.headDistillation(
        x, head, labels: inputs.labels, scale: inputs.scale, teacherIDs: stored.ids,
        logProbabilities: stored.logProbabilities, tail: tail, mix: mix)
      return (statistics, stored)
    }
  }
}
