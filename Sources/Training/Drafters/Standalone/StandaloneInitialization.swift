internal import Autodiff
package import Models

/// What a stand-alone drafter takes over from its target before training.
package struct StandaloneInitialization: Sendable, Hashable {
  /// Whether the embedding (and an untied head) are the target's.
  package var copiesEmbedding: Bool
  /// For each drafter layer, the target layer whose weights it starts from; empty for random layers.
  package var layers: [Int]

  /// Nothing is taken over.
  package static let random = StandaloneInitialization(copiesEmbedding: false, layers: [])

  /// What is copied; checked against a target by `problems(drafter:target:)`.
  package init(copiesEmbedding: Bool, layers: [Int]) {
    self.copiesEmbedding = copiesEmbedding
    self.layers = layers
  }

  /// Why these weights cannot be copied, one sentence each; empty when they can.
  package func problems(drafter: ModelConfiguration, target: ModelConfiguration) -> [String] {
    var problems: [String] = []
    if copiesEmbedding || !layers.isEmpty, drafter.hiddenSize != target.hiddenSize {
      problems.append(
        "the target's weights have width \(target.hiddenSize), the drafter is \(drafter.hiddenSize) wide")
    }
    guard !layers.isEmpty else { return problems }
    if layers.count != drafter.layerCount {
      problems.append("\(layers.count) layers are named for a drafter of \(drafter.layerCount)")
    }
    for layer in layers where layer < 0 || layer >= target.layerCount {
      problems.append("layer \(layer) does not exist in a target of \(target.layerCount) layers")
    }
    if drafter.feedForwardSize != target.feedForwardSize || drafter.headCount != target.headCount
      || drafter.kvHeadCount != target.kvHeadCount || drafter.headSize != target.headSize
    {
      problems.append("layers can be copied only between blocks of the same sizes")
    }
    if !drafter.hasLayersLike(target) {
      problems.append(
        "the target's layers (\(target.family.rawValue)) have biases or norms that the drafter's have not, or lack them"
      )
    }
    return problems
  }

  /// Copies weights from `target` into `drafter`; traps where `problems` is not empty.
  package func apply(to drafter: LanguageModel, from target: LanguageModel) {
    let found = problems(drafter: drafter.configuration, target: target.configuration)
    precondition(found.isEmpty, found.joined(separator: "; "))
    if copiesEmbedding {
      drafter.store.write(target.store.read(target.embedding.weight), to: drafter.embedding.weight)
      if !drafter.configuration.tiesEmbeddings {
        drafter.store.write(target.store.read(target.head), to: drafter.head)
      }
    }
    guard !layers.isEmpty else { return }
    for (layer, source) in layers.enumerated() {
      let ours = drafter.blocks[layer].parameters
      let theirs = target.blocks[source].parameters
      for (parameter, original) in zip(ours, theirs) {
        drafter.store.write(target.store.read(original), to: parameter)
      }
    }
    drafter.store.write(target.store.read(target.finalNorm.weight), to: drafter.finalNorm.weight)
  }
}
