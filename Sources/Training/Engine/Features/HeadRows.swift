internal import Autodiff
internal import Models

/// A model's head over some states at a time: what follows each, without running the model again.
final class HeadRows {
  private let executor: Executor
  private let states: Tensor
  private let answers: Tensor
  private var rows: [Float]
  private var values: [Float]
  /// The plan knows only where the head lies.
  private let owner: AnyObject

  /// - Parameters:
  ///   - head: [rows, hidden].
  ///   - owner: what the head's memory belongs to.
  ///   - rowLimit: states of one call at most.
  ///   - temperature: by which logits are divided; above 0.
  ///   - isNormalizing: whether logits are shown as log-probabilities.
  init(
    _ head: Parameter, of owner: AnyObject, rowLimit: Int, temperature: Double = 1,
    normalizing isNormalizing: Bool, on backend: any Backend
  ) {
    precondition(temperature > 0, "a temperature of \(temperature)")
    var g = Graph()
    states = g.input([rowLimit, head.shape.columns])
    let scaled = temperature == 1 ? states : g.scale(states, by: Float(1 / temperature))
    let logits = g.linear(scaled, g.parameter(head))
    answers = isNormalizing ? g.logSoftmax(logits) : logits
    executor = Executor(Plan(g, outputs: [answers], training: false, on: backend), on: backend)
    rows = [Float](repeating: 0, count: states.shape.count)
    values = [Float](repeating: 0, count: answers.shape.count)
    self.owner = owner
  }

  /// Width of a state.
  var width: Int { states.shape.columns }

  var plannedBytes: Int { executor.plan.activationCount * 4 }

  /// Reads states, [n, hidden] one row after another; their logits stand until the next call.
  func read(_ given: some Collection<Float>) {
    precondition(given.count <= rows.count, "\(given.count) numbers for \(rows.count)")
    rows.replaceSubrange(0..<given.count, with: given)
    executor.write(rows, to: states)
    executor.forward()
    executor.read(answers, into: &values)
  }

  /// Logits of the head's rows, or log-probabilities, after state `row` of the last call.
  subscript(row: Int) -> ArraySlice<Float> {
    let width = answers.shape.columns
    return values[row * width..<(row + 1) * width]
  }
}
