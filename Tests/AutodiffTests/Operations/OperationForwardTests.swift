import Autodiff
import TestSupport
import Testing

/// What operations compute, against their twins in double precision.
@Suite struct OperationForwardTests {
  @Test(arguments: OperationTable.cases)
  func outputEqualsTheTwin(row: OperationCase) {
    let run = OperationRun(row)
    let values = row.values()
    let result = run.run(values, cotangent: [Float](repeating: 1, count: run.outputCount))
    #expect(run.anomaly == nil)
    let problem = row.forwardTolerance.mismatch(result.output, row.reference(values))
    #expect(problem == nil, "\(row.testDescription)")
  }

  @Test(arguments: OperationTable.differentiable)
  func inputsAreLeftAlone(row: OperationCase) {
    let run = OperationRun(row)
    let values = row.values()
    run.run(values, cotangent: [Float](repeating: 1, count: run.outputCount))
    #expect(run.leafValues() == values, "\(row.testDescription)")
  }

  /// Nothing of one step may leak into the next.
  @Test(arguments: OperationTable.cases)
  func runningTwiceChangesNothing(row: OperationCase) {
    let values = row.values()
    let (once, twice) = (OperationRun(row), OperationRun(row))
    var numbers = TestNumbers("cotangent")
    let cotangent = numbers.normals(once.outputCount)
    let first = once.run(values, cotangent: cotangent)
    let second = twice.run(values, cotangent: cotangent, times: 2)
    #expect(first.output == second.output, "\(row.testDescription)")
    #expect(first.gradients == second.gradients, "\(row.testDescription)")
  }

  /// A forward pass alone, through a plan for training and one for inference, equals that of a training step.
  @Test(arguments: OperationTable.cases)
  func inferenceGivesTheSameBits(row: OperationCase) {
    let values = row.values()
    let training = OperationRun(row)
    let inference = OperationRun(row, frozen: Set(row.leaves.indices))
    let cotangent = [Float](repeating: 1, count: training.outputCount)
    let expected = training.run(values, cotangent: cotangent).output
    #expect(inference.run(values, cotangent: cotangent).output == expected, "\(row.testDescription)")
    guard !row.isInference else { return }
    #expect(training.runForwardOnly() == expected, "\(row.testDescription)")
  }
}
