import Autodiff

/// A store with an optimizer and hand-fed gradients.
struct OptimizerBench {
  let backend: CPUBackend
  let store: ParameterStore
  let optimizer: any Optimizer

  /// - Parameter shapes: in the order of creation.
  init(
    _ shapes: [(name: String, shape: Shape)], _ settings: OptimizerSettings, rule: ParameterRule = .none,
    threads: Int = 1
  ) {
    backend = CPUBackend(threads: threads)
    store = ParameterStore(on: backend)
    let scope = ParameterScope(store)
    for (name, shape) in shapes { _ = scope.parameter(name, shape, .normal(standardDeviation: 0.5)) }
    store.reserve()
    store.initialize(seed: 11)
    optimizer = settings.makeOptimizer(store, on: backend, rule: rule)
  }

  func values(_ name: String) -> [Float] {
    store.parameters.first { $0.name == name }.map { store.read($0) } ?? []
  }

  func set(_ name: String, _ values: [Float]) {
    if let parameter = store.parameters.first(where: { $0.name == name }) {
      store.write(values, to: parameter)
    }
  }

  func setGradient(_ name: String, _ values: [Float]) {
    if let slot = store.parameters.first(where: { $0.name == name })?.gradient {
      backend.write(values, to: slot)
    }
  }

  /// Every trainable weight, gaps included, as bits.
  var bits: [UInt32] { backend.read(store.trainableSlab).map(\.bitPattern) }

  /// Fills all gradients with a fixed pattern of the step, without zeros, and steps.
  func step(_ number: Int, rate: Double = 0.01) {
    for (index, parameter) in store.parameters.enumerated() {
      let values = (0..<parameter.shape.count).map { i in
        Float((i * 7919 + index * 104_729 + number * 1_299_709) % 2003 - 1001) / 1000 + 0.0003
      }
      setGradient(parameter.name, values)
    }
    optimizer.step(learningRate: rate, gradientScale: 0.7)
  }
}

/// One of each kind.
let everyOptimizer: [OptimizerSettings] = {
  var sgd = SGD.Settings()
  sgd.momentum = 0.9
  sgd.dampening = 0.2
  var muon = Muon.Settings()
  muon.notHidden = ["embedding"]
  return [
    .sgd(SGD.Settings()), .sgd(sgd), .adamW(AdamW.Settings()), .lion(Lion.Settings()),
    .adafactor(Adafactor.Settings()), .muon(muon),
  ]
}()
