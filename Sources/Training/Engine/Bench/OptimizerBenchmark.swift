package import Autodiff

/// One step of every optimizer over matrices of one size.
package struct OptimizerBenchmark {
  package var parameters = 16_777_216
  private let backend: any Backend

  /// Sixteen million parameters.
  package init(on backend: any Backend) { self.backend = backend }

  /// Every optimizer with its usual settings.
  package func run() -> [Measurement] {
    var momentum = SGD.Settings()
    momentum.momentum = 0.9
    let all: [OptimizerSettings] = [
      .sgd(momentum), .adamW(AdamW.Settings()), .lion(Lion.Settings()), .adafactor(Adafactor.Settings()),
      .muon(Muon.Settings()),
    ]
    return all.map(measure)
  }

  private func measure(_ settings: OptimizerSettings) -> Measurement {
    let side = 512
    let count = max(1, parameters / (side * side))
    let store = ParameterStore(on: backend)
    let scope = ParameterScope(store)
    for index in 0..<count {
      _ = scope(index).parameter("weight", [side, side], .normal(standardDeviation: 0.02))
    }
    store.reserve()
    defer { store.release() }
    store.initialize(seed: 1)
    backend.scale(store.trainableSlab, by: 0.01, into: store.gradientSlab, .overwrite)
    let optimizer = settings.makeOptimizer(store, on: backend, rule: ParameterRule(strength: 0.1))
    let samples = Stopwatch.samples(duration: 0.5) {
      optimizer.step(learningRate: 1e-4, gradientScale: 1)
    }
    return Measurement(
      name: settings.name, seconds: samples, amount: Double(count * side * side) * 1e-6,
      unit: "million parameters")
  }
}
