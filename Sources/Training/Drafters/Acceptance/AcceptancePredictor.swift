package import Autodiff
internal import Glibc
internal import Models

/// Runs an acceptance head on states of a drafter. Plans are made once per row count.
package final class AcceptancePredictor {
  private let head: AcceptanceHead
  private let backend: any Backend
  private let memory: ActivationMemory
  private var passes: [Int: Pass] = [:]

  private struct Pass {
    let executor: Executor
    let states: Tensor
    let logProbabilities: Tensor
  }

  /// Takes no memory yet.
  package init(_ head: AcceptanceHead, on backend: any Backend) {
    (self.head, self.backend) = (head, backend)
    memory = ActivationMemory(on: backend)
  }

  /// Plans a pass of `rows` rows and takes its memory now instead of when it is needed.
  package func prepare(rows: Int) { _ = pass(CachedDecoder.rounded(rows)) }

  /// The probability that each token is accepted, of states [n, hidden].
  package func probabilities(_ states: [Float]) -> [Float] {
    let width = head.configuration.hiddenSize
    let count = states.count / width
    let rows = CachedDecoder.rounded(count)
    let pass = pass(rows)
    pass.executor.write(
      states + [Float](repeating: 0, count: rows * width - states.count), to: pass.states)
    pass.executor.forward()
    let values = pass.executor.read(pass.logProbabilities)
    return (0..<count).map { exp(values[2 * $0 + 1]) }
  }

  private func pass(_ rows: Int) -> Pass {
    if let pass = passes[rows] { return pass }
    var g = Graph()
    let states = g.input([rows, head.configuration.hiddenSize])
    let logProbabilities = g.logSoftmax(head(states, in: &g))
    let plan = Plan(g, outputs: [logProbabilities], training: false, in: memory, on: backend)
    let pass = Pass(
      executor: Executor(plan, on: backend, in: memory), states: states, logProbabilities: logProbabilities)
    passes[rows] = pass
    return pass
  }
}
