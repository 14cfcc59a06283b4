import Autodiff
import Testing

/// The numbers of masks, by hand.
@Suite struct VisibleKeysTests {
  /// Two sequences: documents of 3 and 2 rows, then one of 5.
  private static let firstKey: [Int32] = [0, 0, 0, 3, 3, 0, 0, 0, 0, 0]

  @Test func blocksEndWithTheirDocument() {
    let two = VisibleKeys.blocks(of: 2, firstKey: Self.firstKey, length: 5)
    #expect(two.firstKey == Self.firstKey)
    #expect(two.endKey == [2, 2, 3, 5, 5, 2, 2, 4, 4, 5])
    #expect(two.extraCount == 0 && two.pairCount == 2 + 2 + 3 + 2 + 2 + 2 + 2 + 4 + 4 + 5)
    let whole = VisibleKeys.blocks(of: 5, firstKey: Self.firstKey, length: 5)
    #expect(whole.endKey == [3, 3, 3, 5, 5, 5, 5, 5, 5, 5])
  }

  /// Row 2 is a node behind row 0 of the first document; rows 5 and 6 of the second sequence are text.
  @Test func nodesSeeTheTextTheyContinueTheirAncestorsAndThemselves() {
    let trees = VisibleKeys.trees(
      parents: [-1, -1, 0, -1, 3, -1, -1, 1, 2, 1], firstKey: Self.firstKey, length: 5)
    #expect(trees.firstKey == [0, 0, 0, 3, 3, 0, 0, 0, 0, 0])
    #expect(trees.endKey == [1, 2, 1, 4, 4, 1, 2, 2, 2, 2])
    #expect(trees.extraCount == 2)
    #expect(
      trees.extraKeys
        == [-1, -1, -1, -1, 2, -1, -1, -1, 4, -1, -1, -1, -1, -1, 2, -1, 2, 3, 4, -1])
    #expect(trees.pairCount == 1 + 2 + 2 + 1 + 2 + 1 + 2 + 3 + 4 + 3)
  }

  /// EAGLE-3: pass 0 up to the row, and the row itself in later passes.
  @Test func unrolledRowsSeeThemselvesInLaterPasses() {
    let pass = VisibleKeys.unrolled(.sameRow, pass: 2, firstKey: Self.firstKey, length: 5)
    #expect(pass.endKey == [1, 2, 3, 4, 5, 1, 2, 3, 4, 5])
    #expect(pass.extraCount == 2)
    #expect(Array(pass.extraKeys.prefix(10)) == [5, 10, 6, 11, 7, 12, 8, 13, 9, 14])
    #expect(VisibleKeys.unrolled(.sameRow, pass: 0, firstKey: Self.firstKey, length: 5).extraCount == 0)
  }

  /// HASS: in its third pass row r sees features up to r - 2, r - 1 of the second pass and r of the third.
  @Test func diagonalsLagBehind() {
    let pass = VisibleKeys.unrolled(.diagonal, pass: 2, firstKey: Self.firstKey, length: 5)
    #expect(Array(pass.endKey.prefix(5)) == [0, 0, 1, 3, 3])
    #expect(Array(pass.extraKeys.prefix(10)) == [10, -1, 5, 11, 6, 12, 13, -1, 8, 14])
    #expect(Array(pass.endKey.suffix(5)) == [0, 0, 1, 2, 3])
  }
}
