import Autodiff
import Foundation
import TestSupport
import Testing

/// Reference weights made by Tests/Golden/optimizers.py.
struct GoldenOptimizers: Decodable {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let optimizer: String
    let learning_rate: Double
    let decay: Double
    let vectors_decay: Bool
    let clip: Double?
    let scale: String?
    let settings: [String: Double]
    /// Weights by parameter, by number of steps.
    let after: [String: [String: [Float]]]

    var testDescription: String { name }
    var rule: ParameterRule { ParameterRule(strength: decay, vectorsDecay: vectors_decay) }
    var clipping: GradientClipping {
      if let clip { .globalNorm(clip) } else { .none }
    }
  }

  let shapes: [String: [Int]]
  let weights: [String: [Float]]
  let gradients: [[String: [Float]]]
  let cases: [Case]

  static func load() throws -> GoldenOptimizers {
    let path = repositoryRoot + "/Tests/Golden/optimizers.json"
    return try JSONDecoder().decode(
      GoldenOptimizers.self, from: Data(contentsOf: URL(filePath: path)))
  }
}

extension GoldenOptimizers.Case {
  /// The settings of the case; every key of the file must be used.
  func optimizerSettings() throws -> OptimizerSettings {
    var left = settings
    func take(_ key: String, _ usual: Double) -> Double { left.removeValue(forKey: key) ?? usual }
    let made: OptimizerSettings
    switch optimizer {
    case "sgd":
      var s = SGD.Settings()
      s.momentum = take("momentum", s.momentum)
      s.dampening = take("dampening", s.dampening)
      s.isNesterov = take("nesterov", 0) == 1
      made = .sgd(s)
    case "adamw":
      var s = AdamW.Settings()
      s.beta1 = take("beta1", s.beta1)
      s.beta2 = take("beta2", s.beta2)
      s.epsilon = take("epsilon", s.epsilon)
      made = .adamW(s)
    case "lion":
      var s = Lion.Settings()
      s.beta1 = take("beta1", s.beta1)
      s.beta2 = take("beta2", s.beta2)
      made = .lion(s)
    case "adafactor":
      var s = Adafactor.Settings()
      s.isStepRelative = take("relative", 0) == 1
      s.clipThreshold = take("clip_threshold", s.clipThreshold)
      s.beta2Decay = take("beta2_decay", s.beta2Decay)
      made = .adafactor(s)
    case "muon":
      var s = Muon.Settings()
      s.momentum = take("momentum", s.momentum)
      s.isNesterov = take("nesterov", 1) == 1
      s.adamWRateRatio = take("adamw_rate_ratio", s.adamWRateRatio)
      s.scale = scale.flatMap(Muon.Scale.init(rawValue:)) ?? s.scale
      made = .muon(s)
    default: throw GoldenError(description: "unknown optimizer \(optimizer)")
    }
    guard left.isEmpty else { throw GoldenError(description: "settings of \(name) not used: \(left.keys)") }
    return made
  }
}

struct GoldenError: Error, CustomStringConvertible {
  let description: String
}
