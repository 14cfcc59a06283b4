import Randomness

/// A target's and a drafter's distribution over a small vocabulary.
struct DistributionPair {
  let target: [Double]
  let draft: [Double]

  /// Known distributions.
  init(target: [Double], draft: [Double]) {
    self.target = target
    self.draft = draft
  }

  /// Distributions from a seed; by turns dense, sharp, equal, or with tokens that have no mass.
  init(seed: UInt64, vocabularySize: Int = 4) {
    let philox = Philox(seed: seed, purpose: .other(2))
    func row(_ step: UInt64, sharp: Bool, zeros: Int) -> [Double] {
      var weights = (0..<vocabularySize).map { x in
        let u = philox.uniform(step: step, index: UInt64(x))
        return sharp ? u * u * u * u : u
      }
      let shift = philox.below(vocabularySize, step: step, index: 100)
      for i in 0..<zeros { weights[(i + shift) % vocabularySize] = 0 }
      let total = weights.reduce(0, +)
      return weights.map { $0 / total }
    }
    let kind = seed % 6
    target = row(0, sharp: kind == 1, zeros: kind == 2 || kind == 3 ? 1 : 0)
    draft = kind == 4 ? target : row(1, sharp: kind == 5, zeros: kind == 3 ? 2 : 0)
  }

  /// Pairs at the edge: disjoint, one-hot, equal, and a target that lies on the first candidates alone.
  static let edges = [
    DistributionPair(target: [1, 0, 0, 0], draft: [0, 1, 0, 0]),
    DistributionPair(target: [0, 1, 0, 0], draft: [0, 1, 0, 0]),
    DistributionPair(target: [0.25, 0.25, 0.5, 0], draft: [0.25, 0.25, 0.5, 0]),
    DistributionPair(target: [0.5, 0.5, 0, 0], draft: [0.625, 0.375, 0, 0]),
    DistributionPair(target: [0.5, 0.5, 0, 0], draft: [0, 0, 0.5, 0.5]),
    DistributionPair(target: [0.25, 0.25, 0.25, 0.25], draft: [0, 0, 1, 0]),
    DistributionPair(target: [0, 0.5, 0.25, 0.25], draft: [0.5, 0.5, 0, 0]),
  ]
}
