import Autodiff
import TestSupport
import Testing

/// Operations and their twins against PyTorch; see `Tests/Golden/operations.py`.
@Suite struct OperationGoldenTests {
  struct Golden: Decodable, Sendable, CustomTestStringConvertible {
    let title: String
    let leaves: [[Float]]
    let integers: [[Int32]]
    let cotangent: [Float]
    let output: [Double]
    let gradients: [[Double]?]

    var testDescription: String { title }
  }

  private static let file = try? GoldenFile<Golden>.load("operations")
  private static var goldens: [Golden] { file?.cases ?? [] }

  @Test func everyOperationHasGoldenValues() throws {
    let file = try #require(Self.file)
    #expect(file.script == "operations.py")
    #expect(file.versions["torch"] != nil)
    let named = Set(file.cases.map { $0.title.prefix { $0 != " " } }.map(String.init))
    #expect(named == Set(OperationTable.cases.map(\.operation)))
  }

  @Test(arguments: goldens)
  func kernelsEqualPyTorch(golden: Golden) throws {
    let row = try #require(OperationTable.named(golden.title), "no row '\(golden.title)'")
      .with(integers: golden.integers)
    let run = OperationRun(row)
    let result = run.run(
      golden.leaves,
      cotangent: golden.cotangent.isEmpty ? [Float](repeating: 1, count: run.outputCount) : golden.cotangent)
    let problem = row.forwardTolerance.mismatch(result.output, golden.output)
    #expect(problem == nil, "\(golden.title)")
    for (leaf, wanted) in golden.gradients.enumerated() {
      guard let wanted else {
        #expect(result.gradients[leaf] == nil)
        continue
      }
      let problem = row.gradientTolerance.mismatch(
        result.gradients[leaf] ?? [], wanted, cancellation: row.cancellation)
      #expect(problem == nil, "\(golden.title) leaf \(leaf)")
    }
  }

  /// The judge is judged too.
  @Test(arguments: goldens)
  func twinsEqualPyTorch(golden: Golden) throws {
    let row = try #require(OperationTable.named(golden.title)).with(integers: golden.integers)
    let output = row.reference(golden.leaves)
    let problem = Tolerance(.float64, terms: row.terms).mismatch(output, golden.output)
    #expect(problem == nil, "\(golden.title)")
    let leaves = golden.leaves.map { $0.map(Double.init) }
    for (leaf, wanted) in golden.gradients.enumerated() {
      guard let wanted else { continue }
      let derivatives = leaves[leaf].indices.map { element in
        Differences.column(leaf, element, at: leaves, step: row.step) { moved in
          [row.objective(moved, held: leaves, cotangent: golden.cotangent.map(Double.init))]
        }[0]
      }
      let problem = Tolerance(.differences, terms: row.terms).mismatch(derivatives, wanted)
      #expect(problem == nil, "\(golden.title) leaf \(leaf)")
    }
  }
}
