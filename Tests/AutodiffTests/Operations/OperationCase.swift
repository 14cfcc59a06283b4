import Autodiff
import TestSupport
import Testing

/// One configuration of one operation: what it is built from, and what it must compute.
struct OperationCase: Sendable, CustomTestStringConvertible {
  /// A float input.
  struct Leaf: Sendable {
    let shape: Shape
    /// Whether a gradient exists. Tables, teachers and caches have none.
    var isLearned = true
    /// Draws values from the operation's domain.
    var sample: @Sendable (inout TestNumbers, Int) -> [Float] = { $0.normals($1) }

    init(
      _ shape: Shape, isLearned: Bool = true,
      sample: @escaping @Sendable (inout TestNumbers, Int) -> [Float] = { $0.normals($1) }
    ) {
      (self.shape, self.isLearned, self.sample) = (shape, isLearned, sample)
    }
  }

  enum Kind: Sendable {
    /// Any cotangent may come back.
    case differentiable
    /// Ends a graph; the gradient is that of leaf `scale`'s value times output 0.
    case loss(scaleLeaf: Int)
    /// Forward only.
    case inference
  }

  /// What the twin computes from.
  struct TwinInput {
    let leaves: [[Double]]
    let integers: [[Int32]]
    /// The leaves at the point of differentiation: factors without gradient are computed from these.
    let held: [[Double]]
  }

  typealias Build = @Sendable (inout Graph, _ leaves: [Tensor], _ integers: [Tensor], any Backend) -> Tensor
  typealias Twin = @Sendable (TwinInput) -> [Double]

  /// The operation's name in the sources.
  let operation: String
  let title: String
  let leaves: [Leaf]
  /// Integer inputs.
  let integers: [[Int32]]
  /// Terms in the longest sum behind an output.
  let terms: Int
  var kind = Kind.differentiable
  /// The size of terms that cancel in a gradient: a difference is no more precise than what it is taken of.
  var cancellation = 0.0
  /// The step of differences, about 1e-4 of the size of the leaves.
  var step = 1e-4
  /// Shapes of the integer inputs; vectors unless given.
  var integerShapes: [Shape]?
  /// Records the operation.
  let build: Build
  /// The naive twin in double precision: the output from the leaves.
  let twin: Twin

  var testDescription: String { "\(operation) \(title)" }

  /// Leaves drawn from their domains; the same for a case at every call.
  func values() -> [[Float]] {
    var numbers = TestNumbers(testDescription)
    return leaves.map { $0.sample(&numbers, $0.shape.count) }
  }

  /// The twin's output at `values`.
  func reference(_ values: [[Float]]) -> [Double] {
    let leaves = values.map { $0.map(Double.init) }
    return twin(TwinInput(leaves: leaves, integers: integers, held: leaves))
  }

  /// The scalar that is differentiated: the cotangent times the twin's output, or the scaled loss.
  func objective(_ leaves: [[Double]], held: [[Double]], cotangent: [Double]) -> Double {
    let output = twin(TwinInput(leaves: leaves, integers: integers, held: held))
    if case .loss(let scaleLeaf) = kind { return held[scaleLeaf][0] * output[0] }
    return zip(output, cotangent).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The same case with other integer inputs.
  func with(integers: [[Int32]]) -> OperationCase {
    OperationCase(
      operation: operation, title: title, leaves: leaves, integers: integers, terms: terms, kind: kind,
      cancellation: cancellation, step: step, integerShapes: integerShapes, build: build, twin: twin)
  }

  func integerShape(_ index: Int) -> Shape { integerShapes?[index] ?? [integers[index].count] }
  var isInference: Bool { if case .inference = kind { true } else { false } }
  var isLoss: Bool { if case .loss = kind { true } else { false } }
  var learnedLeaves: [Int] { leaves.indices.filter { leaves[$0].isLearned } }
  var learnedCount: Int { learnedLeaves.reduce(0) { $0 + leaves[$1].shape.count } }
  /// Whether all the derivatives of all outputs are affordable.
  func isSmall(outputCount: Int) -> Bool {
    learnedCount * (isLoss ? 1 : outputCount) <= 1200 && learnedCount <= 64
  }
  /// Tolerance of outputs.
  var forwardTolerance: Tolerance { Tolerance(.float32, terms: terms) }
  /// Tolerance of gradients against differences of the twin.
  var gradientTolerance: Tolerance {
    Tolerance(.float32, terms: 8 * terms) + Tolerance(.differences, terms: terms)
  }
}
