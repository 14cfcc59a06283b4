import Autodiff
import TestSupport
import Testing

/// Gradients against central differences of the twins.
@Suite struct OperationGradientTests {
  /// One run of a case with its gradients, and what the twin needs for the same.
  private struct Point {
    let row: OperationCase
    let leaves: [[Double]]
    let cotangent: [Double]
    let gradients: [[Double]]
    /// The root mean square of the gradient of each leaf.
    let sizes: [Double]

    init(_ row: OperationCase) {
      let run = OperationRun(row)
      let values = row.values()
      var numbers = TestNumbers("cotangent of " + row.testDescription)
      let cotangent = numbers.normals(run.outputCount)
      let gradients = run.run(values, cotangent: cotangent).gradients.map { ($0 ?? []).map(Double.init) }
      self.row = row
      self.leaves = values.map { $0.map(Double.init) }
      self.cotangent = cotangent.map(Double.init)
      self.gradients = gradients
      sizes = gradients.map { gradient in
        (gradient.reduce(0) { $0 + $1 * $1 } / Double(max(gradient.count, 1))).squareRoot()
      }
    }

    func derivative(along direction: [[Double]]) -> Double {
      Differences.derivative(along: direction, at: leaves, step: row.step) {
        row.objective($0, held: leaves, cotangent: cotangent)
      }
    }

    /// Compares the derivative along a direction that is zero outside the given leaves.
    func mismatch(along direction: [[Double]]) -> String? {
      var (own, size) = (0.0, 0.0)
      for leaf in row.learnedLeaves {
        own += zip(gradients[leaf], direction[leaf]).reduce(0) { $0 + $1.0 * $1.1 }
        let length = direction[leaf].reduce(0) { $0 + $1 * $1 }.squareRoot()
        size += length * (sizes[leaf] + row.cancellation)
      }
      return row.gradientTolerance.mismatch(own, derivative(along: direction), size: size + 1e-6)
    }
  }

  @Test(arguments: OperationTable.differentiable)
  func derivativeAlongARandomDirection(row: OperationCase) {
    let point = Point(row)
    var numbers = TestNumbers("direction of " + row.testDescription)
    let zero = point.leaves.map { [Double](repeating: 0, count: $0.count) }
    var all = zero
    for leaf in row.learnedLeaves {
      let direction = numbers.normals(zero[leaf].count).map(Double.init)
      all[leaf] = direction
      // Each leaf alone: an error in one gradient must not hide behind the size of another.
      var alone = zero
      alone[leaf] = direction
      let problem = point.mismatch(along: alone)
      #expect(problem == nil, "\(row.testDescription) leaf \(leaf), seed \(numbers.seed)")
    }
    let problem = point.mismatch(along: all)
    #expect(problem == nil, "\(row.testDescription), seed \(numbers.seed)")
  }

  @Test(arguments: OperationTable.differentiable)
  func derivativesOfSingleElements(row: OperationCase) {
    let point = Point(row)
    var numbers = TestNumbers("elements of " + row.testDescription)
    let zero = point.leaves.map { [Double](repeating: 0, count: $0.count) }
    for leaf in row.learnedLeaves where !zero[leaf].isEmpty {
      for _ in 0..<3 {
        var direction = zero
        direction[leaf][numbers.integer(below: zero[leaf].count)] = 1
        let problem = point.mismatch(along: direction)
        #expect(problem == nil, "\(row.testDescription) leaf \(leaf), seed \(numbers.seed)")
      }
    }
  }

  /// Every derivative of every output.
  @Test(arguments: OperationTable.differentiable)
  func jacobianOfSmallShapes(row: OperationCase) {
    let run = OperationRun(row)
    guard row.isSmall(outputCount: run.outputCount) else { return }
    let values = row.values()
    let leaves = values.map { $0.map(Double.init) }
    // Rows of our Jacobian: one backward pass for each output.
    let rowCount = row.isLoss ? 1 : run.outputCount
    let ours = (0..<rowCount).map { index -> [[Float]?] in
      var cotangent = [Float](repeating: 0, count: run.outputCount)
      cotangent[index] = 1
      return run.run(values, cotangent: cotangent).gradients
    }
    for leaf in row.learnedLeaves {
      let columns = leaves[leaf].indices.map { element in
        Differences.column(leaf, element, at: leaves, step: row.step) { moved in
          row.isLoss
            ? [row.objective(moved, held: leaves, cotangent: [])]
            : row.twin(.init(leaves: moved, integers: row.integers, held: leaves))
        }
      }
      let wanted = (0..<rowCount).flatMap { output in columns.map { $0[output] } }
      let problem = row.gradientTolerance.mismatch(
        ours.flatMap { $0[leaf] ?? [] }, wanted, cancellation: row.cancellation)
      #expect(problem == nil, "\(row.testDescription) leaf \(leaf)")
    }
  }
}
