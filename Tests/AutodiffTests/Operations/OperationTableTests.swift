import Autodiff
import Foundation
import TestSupport
import Testing

@Suite struct OperationTableTests {
  /// Names of the operations declared in the sources, from their files.
  private static func declaredNames() throws -> [String] {
    let folder = repositoryRoot + "/Sources/Autodiff/Operations"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    return try files.filter { $0.hasSuffix(".swift") }.flatMap { file -> [String] in
      let text = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
      let types = text.matches(of: /\w+: (?:\w+, )*Operation\b[^{]*{/)
      let names = text.matches(of: /static let name = "(\w+)"/).map { String($0.1) }
      #expect(types.count == names.count, "\(file): each operation declares its name in its own file")
      return names
    }
  }

  @Test func everyOperationHasARow() throws {
    let declared = try Self.declaredNames()
    #expect(declared.count >= 13)
    #expect(Set(declared).count == declared.count)
    #expect(Set(OperationTable.cases.map(\.operation)) == Set(declared))
  }

  @Test func titlesAreUnique() {
    let titles = OperationTable.cases.map(\.testDescription)
    #expect(Set(titles).count == titles.count)
  }

  @Test(arguments: Set(OperationTable.cases.map(\.operation)).sorted())
  func everyRowHasEmptySingleAndOddShapes(operation: String) {
    let cases = OperationTable.cases.filter { $0.operation == operation }
    let counts = cases.map { $0.reference($0.values()).count }
    let first = cases.compactMap { $0.leaves.first?.shape.count }
    #expect(counts.contains(0) || first.contains(0))
    #expect(counts.contains(1) || first.contains(1) || first.contains(2))
    #expect(
      first.contains { $0 > 8 && $0 % 2 == 1 } || counts.contains { $0 > 8 && $0 % 2 == 1 }
        || first.contains { $0 > 8 && $0 % 8 != 0 })
  }
}
