import Autodiff
import TestSupport
import Testing

@Suite struct OperationThreadTests {
  @Test(arguments: OperationTable.cases)
  func bitsDoNotDependOnTheThreadCount(row: OperationCase) {
    let values = row.values()
    func result(threads: Int) -> (output: [UInt32], gradients: [[UInt32]?]) {
      let run = OperationRun(row, threads: threads, mode: .fast)
      var numbers = TestNumbers("cotangent of " + row.testDescription)
      let result = run.run(values, cotangent: numbers.normals(run.outputCount))
      return (result.output.map(\.bitPattern), result.gradients.map { $0?.map(\.bitPattern) })
    }
    let one = result(threads: 1)
    for threads in [2, 3, 4, 8] {
      let more = result(threads: threads)
      #expect(more.output == one.output, "\(row.testDescription), \(threads) threads")
      #expect(more.gradients == one.gradients, "\(row.testDescription), \(threads) threads")
    }
  }
}
