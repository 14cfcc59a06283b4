package import Autodiff
internal import Models

/// Runs all heads of a Medusa drafter on some states of its target. Plans are made once per row count.
package final class MedusaDecoder {
  package let drafter: MedusaDrafter
  /// Number of the target's cache lines.
  package let lineCount: Int
  private let backend: any Backend
  private let memory: ActivationMemory
  private var passes: [Int: Pass] = [:]
  /// By head: log-probabilities of the rows of the last call.
  private var logProbabilities: [[Float]]

  private struct Pass {
    let executor: Executor
    let states: Tensor
    let logProbabilities: [Tensor]
  }

  /// - Parameter lines: of which a call brings a state each at most.
  package init(_ drafter: MedusaDrafter, on backend: any Backend, lines: Int) {
    (self.drafter, self.backend, lineCount) = (drafter, backend, lines)
    memory = ActivationMemory(on: backend)
    logProbabilities = [[Float]](repeating: [], count: drafter.configuration.headCount)
  }

  /// Plans the largest pass and takes its memory now instead of when it is needed.
  package func prepare() { _ = pass(CachedDecoder.rounded(lineCount)) }

  /// Runs all heads on states, [n, hidden], and keeps until the next call what they say.
  package func forward(_ states: [Float]) {
    let width = drafter.stateSize
    let rows = CachedDecoder.rounded(states.count / width)
    let pass = pass(rows)
    pass.executor.write(
      states + [Float](repeating: 0, count: rows * width - states.count), to: pass.states)
    pass.executor.forward()
    for (head, tensor) in pass.logProbabilities.enumerated() {
      let count = tensor.shape.count
      if logProbabilities[head].count != count {
        logProbabilities[head] = [Float](repeating: 0, count: count)
      }
      pass.executor.read(tensor, into: &logProbabilities[head])
    }
  }

  /// Log-probabilities of a head's rows at state `row` of the last call, at a temperature of 1.
  package func logProbabilities(of row: Int, head: Int) -> ArraySlice<Float> {
    let count = drafter.headRowCount
    return logProbabilities[head][row * count..<(row + 1) * count]
  }

  private func pass(_ rows: Int) -> Pass {
    if let pass = passes[rows] { return pass }
    var g = Graph()
    let states = g.input([rows, drafter.stateSize])
    let logProbabilities = drafter.heads.indices.map { head in
      let output = drafter.output(of: head, states: states, in: &g)
      return g.logSoftmax(g.linear(output, g.parameter(drafter.heads[head])))
    }
    let plan = Plan(g, outputs: logProbabilities, training: false, in: memory, on: backend)
    let pass = Pass(
      executor: Executor(plan, on: backend, in: memory), states: states, logProbabilities: logProbabilities)
    passes[rows] = pass
    return pass
  }
}
