import Evaluation
import Testing

@Suite struct DraftTreeTests {
  /// Root; 1 and 2 below it; 3 and 5 below 1; 4 below 2; 6 below 5.
  static let tree = DraftTree(
    tokens: [9, 1, 2, 3, 4, 5, 6], parents: [-1, 0, 0, 1, 2, 1, 5],
    pathLogProbabilities: [0, -1, -2, -3, -4, -5, -6])

  @Test func nodesKnowTheirPlace() {
    let tree = Self.tree
    #expect(tree.count == 7)
    #expect(tree.depths == [0, 1, 1, 2, 2, 2, 3])
    #expect(tree.maximumDepth == 3)
    #expect((0..<7).map { Array(tree.children(of: $0)) } == [[1, 2], [3, 5], [4], [], [], [6], []])
    #expect(tree.leaves == [3, 4, 6])
    #expect(tree.path(to: 6) == [0, 1, 5, 6])
    #expect(tree.ancestors(of: 6) == [0, 1, 5])
    #expect(tree.path(to: 0) == [0] && tree.ancestors(of: 0).isEmpty)
  }

  @Test func aChainHasOnePath() {
    let chain = DraftTree.chain([5, 6, 7])
    #expect(chain == DraftTree(tokens: [5, 6, 7], parents: [-1, 0, 1]))
    #expect(chain.path(to: 2) == [0, 1, 2])
    #expect(chain.leaves == [2])
    #expect(chain.pathLogProbabilities == nil)
  }

  @Test func aRootAloneIsATree() {
    let root = DraftTree.chain([5])
    #expect(root.count == 1 && root.maximumDepth == 0)
    #expect(root.children(of: 0).isEmpty && root.leaves == [0])
  }

  @Test func aParentBehindItsChildIsABug() async {
    await #expect(processExitsWith: .failure) {
      _ = DraftTree(tokens: [0, 1, 2], parents: [-1, 2, 0])
    }
    await #expect(processExitsWith: .failure) {
      _ = DraftTree(tokens: [0, 1], parents: [-1, -1])
    }
  }
}
