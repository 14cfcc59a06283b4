import Evaluation
import FileSystem
import Testing

@Suite struct StaticTreeTests {
  @Test func eaglesTreeHas25NodesBelowItsRoot() throws {
    let tree = StaticTree.eagle
    #expect(tree.count == 26)
    #expect((0...5).map { depth in tree.paths.filter { $0.count == depth }.count } == [1, 4, 8, 8, 3, 2])
    #expect(tree.maximumDepth == 5)
    #expect(try StaticTree(paths: Array(tree.paths.dropFirst())) == tree)
  }

  @Test func nodesAreOrderedByDepthAndPath() throws {
    let tree = try StaticTree(paths: [[1, 0], [0], [0, 1], [1], [0, 0]])
    #expect(tree.paths == [[], [0], [1], [0, 0], [0, 1], [1, 0]])
    #expect(tree.parents == [-1, 0, 0, 1, 1, 2])
    #expect(tree.childCounts == [2, 2, 1, 0, 0, 0])
    #expect((0...2).map { tree.children(of: $0) } == [[1, 2], [3, 4], [5]])
  }

  @Test(
    arguments: [
      ([[0], [1, 0]], "parent"), ([[0], [2]], "sibling"), ([[0], [0]], "different"), ([[]], "different"),
      ([[-1]], "different"), ([[1]], "sibling"),
    ])
  func whatIsNoTreeIsRefused(paths: [[Int]], reason: String) {
    let error = #expect(throws: InputError.self) { try StaticTree(paths: paths) }
    #expect(error?.expected?.contains(reason) == true)
  }

  private func candidates(_ tokens: Int32...) -> [DraftCandidate] {
    tokens.enumerated().map { DraftCandidate(token: $1, logProbability: -0.5 * Double($0 + 1)) }
  }

  @Test func numbersBecomeTheTokensOfTheirRank() throws {
    var tree = GrowingStaticTree(try StaticTree(paths: [[0], [1], [1, 0], [1, 1], [1, 0, 0]]), root: 7)
    #expect(tree.rootProposalCount == 2)
    tree.start(candidates(4, 5, 6))
    #expect(
      tree.frontier
        == [FrontierRow(token: 5, number: 0, ancestors: [], proposalCount: 2)])
    tree.expand([candidates(8, 9)])
    #expect(
      tree.frontier
        == [FrontierRow(token: 8, number: 1, ancestors: [0], proposalCount: 1)])
    tree.expand([candidates(2)])
    #expect(tree.frontier.isEmpty)
    #expect(
      tree.finish()
        == DraftTree(
          tokens: [7, 4, 5, 8, 9, 2], parents: [-1, 0, 0, 2, 2, 3],
          pathLogProbabilities: [0, -0.5, -1, -1.5, -2, -2]))
    #expect(tree.proposers == [0, 2, 3])
  }

  /// Drawing without replacement may end early.
  @Test func childrenThatNobodyProposesAreLeftOutWithAllBelowThem() throws {
    var tree = GrowingStaticTree(try StaticTree(paths: [[0], [1], [0, 0], [1, 0]]), root: 7)
    tree.start(candidates(4))
    #expect(tree.frontier.map(\.token) == [4])
    tree.expand([[]])
    #expect(tree.finish().tokens == [7, 4])
  }

  @Test func noPathsAreARootAlone() throws {
    let tree = try StaticTree(paths: [])
    #expect(tree.count == 1 && tree.maximumDepth == 0)
    #expect(GrowingStaticTree(tree, root: 3).finish().tokens == [3])
  }
}
