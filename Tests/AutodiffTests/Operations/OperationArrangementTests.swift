import Autodiff
import TestSupport
import Testing

/// The same gradients however an operation stands in its graph.
@Suite struct OperationArrangementTests {
  private typealias Result = (output: [Float], gradients: [[Float]?])

  private static func result(
    _ row: OperationCase, _ arrangement: OperationRun.Arrangement, frozen: Set<Int> = []
  ) -> Result {
    let run = OperationRun(row, arrangement: arrangement, frozen: frozen)
    var numbers = TestNumbers("cotangent of " + row.testDescription)
    let result = run.run(row.values(), cotangent: numbers.normals(run.outputCount))
    #expect(run.anomaly == nil, "\(row.testDescription)")
    return result
  }

  /// Gradients that add to others equal those that overwrite, plus what was there.
  private static func expectAdded(_ row: OperationCase, _ arrangement: OperationRun.Arrangement) {
    let alone = result(row, .overwrite)
    let added = result(row, arrangement)
    #expect(alone.output == added.output, "\(row.testDescription)")
    for leaf in row.learnedLeaves {
      let wanted = (alone.gradients[leaf] ?? []).enumerated().map {
        Double($0.element) + Double(OperationRun.extra($0.offset))
      }
      let problem = row.forwardTolerance.mismatch(added.gradients[leaf] ?? [], wanted)
      #expect(problem == nil, "\(row.testDescription) leaf \(leaf)")
    }
  }

  @Test(arguments: OperationTable.differentiable)
  func gradientsOfParametersAccumulate(row: OperationCase) { Self.expectAdded(row, .accumulate) }

  @Test(arguments: OperationTable.differentiable)
  func gradientsAddToThoseOfLaterUses(row: OperationCase) { Self.expectAdded(row, .usedAfter) }

  @Test(arguments: OperationTable.differentiable)
  func gradientsOfEarlierUsesAddToThem(row: OperationCase) { Self.expectAdded(row, .usedBefore) }

  /// Outputs over inputs and gradients over gradients, where the planner sees fit.
  @Test(arguments: OperationTable.differentiable)
  func takingOverMemoryChangesNoBit(row: OperationCase) {
    let (apart, inPlace) = (Self.result(row, .overwrite), Self.result(row, .inPlace))
    #expect(apart.output == inPlace.output, "\(row.testDescription)")
    #expect(apart.gradients == inPlace.gradients, "\(row.testDescription)")
  }

  @Test(arguments: OperationTable.differentiable.filter { $0.learnedLeaves.count > 1 })
  func freezingOneLeafChangesNoOtherGradient(row: OperationCase) {
    let all = Self.result(row, .overwrite)
    for frozen in row.learnedLeaves {
      let result = Self.result(row, .overwrite, frozen: [frozen])
      #expect(result.gradients[frozen] == nil)
      for leaf in row.learnedLeaves where leaf != frozen {
        #expect(
          result.gradients[leaf] == all.gradients[leaf], "\(row.testDescription) without leaf \(frozen)")
      }
    }
  }
}
