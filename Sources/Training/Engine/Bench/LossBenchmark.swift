package import Autodiff

/// Head and loss with their gradients: the part of a step that grows with the vocabulary.
package struct LossBenchmark {
  package var rows = 2048
  package var width = 512
  package var vocabulary = 32_000
  private let backend: any Backend

  /// The sizes of a small drafter.
  package init(on backend: any Backend) { self.backend = backend }

  /// Cross entropy, and forward KL divergence from a teacher whose logits are made from hidden states of width 64.
  package func run() -> [Measurement] {
    [measure("head and cross entropy", teacherWidth: nil), measure("head and KL", teacherWidth: 64)]
  }

  private func measure(_ name: String, teacherWidth: Int?) -> Measurement {
    let store = ParameterStore(on: backend)
    let scope = ParameterScope(store)
    let x = scope.parameter("x", [rows, width], .normal(standardDeviation: 1))
    let head = scope.parameter("head", [vocabulary, width], .normal(standardDeviation: 0.04))
    let teacher = teacherWidth.map { width in
      (
        scope.frozen.parameter("states", [rows, width], .normal(standardDeviation: 1)),
        scope.frozen.parameter("teacher", [vocabulary, width], .normal(standardDeviation: 0.1))
      )
    }
    store.reserve()
    defer { store.release() }
    store.initialize(seed: 1)
    var g = Graph()
    let (labels, scale) = (g.input([rows], .int32), g.input([1]))
    let (states, weights) = (g.parameter(x), g.parameter(head))
    let loss: Tensor
    if let teacher {
      var mix = LossMix()
      mix.forwardKL = 1
      loss = g.headDistillation(
        states, weights, labels: labels, scale: scale, teacherHidden: g.parameter(teacher.0),
        teacherHead: g.parameter(teacher.1), mix: mix)
    } else {
      loss = g.headCrossEntropy(states, weights, labels: labels, scale: scale)
    }
    let executor = Executor(Plan(g, outputs: [loss], training: true, on: backend), on: backend)
    executor.write((0..<rows).map { Int32($0 * 7919 % vocabulary) }, to: labels)
    executor.write([1 / Float(rows)], to: scale)
    let samples = Stopwatch.samples(duration: 0.5) { executor.forwardBackward() }
    return Measurement(name: name, seconds: samples, amount: Double(rows), unit: "tokens")
  }
}
