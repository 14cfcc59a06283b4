/// Which optimizer, with its settings: what a recipe decodes to.
package enum OptimizerSettings: CheckedSettings {
  case sgd(SGD.Settings)
  case adamW(AdamW.Settings)
  case lion(Lion.Settings)
  case adafactor(Adafactor.Settings)
  case muon(Muon.Settings)

  /// Names of all optimizers, as recipes write them.
  package static let names = [SGD.name, AdamW.name, Lion.name, Adafactor.name, Muon.name]

  /// The name in recipes.
  package var name: String {
    switch self {
    case .sgd: SGD.name
    case .adamW: AdamW.name
    case .lion: Lion.name
    case .adafactor: Adafactor.name
    case .muon: Muon.name
    }
  }

  package var problems: [SettingProblem] {
    switch self {
    case .sgd(let settings): settings.problems
    case .adamW(let settings): settings.problems
    case .lion(let settings): settings.problems
    case .adafactor(let settings): settings.problems
    case .muon(let settings): settings.problems
    }
  }

  /// Takes the memory of the optimizer's state. Traps unless `problems` is empty.
  ///
  /// - Parameter store: with all its parameters declared.
  package func makeOptimizer(
    _ store: ParameterStore, on backend: any Backend, rule: ParameterRule
  ) -> any Optimizer {
    switch self {
    case .sgd(let settings): SGD(store, on: backend, settings, rule: rule)
    case .adamW(let settings): AdamW(store, on: backend, settings, rule: rule)
    case .lion(let settings): Lion(store, on: backend, settings, rule: rule)
    case .adafactor(let settings): Adafactor(store, on: backend, settings, rule: rule)
    case .muon(let settings): Muon(store, on: backend, settings, rule: rule)
    }
  }
}
