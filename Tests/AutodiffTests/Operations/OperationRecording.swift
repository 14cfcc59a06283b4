import Autodiff
import TestSupport

/// A graph around one operation, arranged as a test wants it.
struct OperationRecording {
  private(set) var graph = Graph()
  let integers: [Tensor]
  let output: Tensor
  /// Fed with the gradient of the output.
  let cotangent: Tensor
  let scale: Tensor
  /// Fed with the gradients of the other uses of the leaves.
  let seeds: [Tensor]

  init(
    _ operationCase: OperationCase, leaves: [Parameter], arrangement: OperationRun.Arrangement,
    on backend: any Backend
  ) {
    var g = Graph()
    integers = operationCase.integers.indices.map { g.input(operationCase.integerShape($0), .int32) }
    let scale = g.input([1])
    let parameters = leaves.map { g.parameter($0) }
    let isDirect = [.overwrite, .accumulate].contains(arrangement)
    let values = zip(leaves, parameters).map { leaf, tensor in
      leaf.isTrainable && !isDirect ? g.scale(tensor, by: 1) : tensor
    }
    var seeds: [Tensor] = []
    func useAgain() {
      for (leaf, value) in zip(leaves, values) where leaf.isTrainable {
        let seed = g.input(leaf.shape)
        seeds.append(seed)
        _ = g.cotangentLoss(value, cotangent: seed, scale: scale)
      }
    }
    if arrangement == .usedBefore { useAgain() }
    output = operationCase.build(&g, values, integers, backend)
    cotangent = g.input(output.shape)
    let hasGradient = leaves.contains(where: \.isTrainable)
    if hasGradient && !operationCase.isLoss && !operationCase.isInference {
      _ = g.cotangentLoss(output, cotangent: cotangent, scale: scale)
    }
    if arrangement == .usedAfter { useAgain() }
    self.scale = scale
    self.seeds = seeds
    graph = g
  }
}
