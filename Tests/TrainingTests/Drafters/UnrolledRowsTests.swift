import Autodiff
import Objectives
import Testing

@Suite struct UnrolledRowsTests {
  /// Two documents of 5 and 3 tokens and a row of padding; the first document's first label is a question's.
  private func rows(_ passCount: Int, _ unrolling: VisibleKeys.Unrolling) -> UnrolledRows {
    UnrolledRows(
      tokens: [10, 11, 12, 13, 14, 20, 21, 22, 0], labels: [-1, 12, 13, 14, -1, 21, 22, -1, -1],
      positions: [0, 1, 2, 3, 4, 0, 1, 2, 0], firstKey: [0, 0, 0, 0, 0, 5, 5, 5, 8], length: 9,
      passCount: passCount, unrolling: unrolling)
  }

  @Test func inTheFirstPassARowReadsTheNextTokenAndPredictsTheOneAfter() {
    for unrolling in [VisibleKeys.Unrolling.sameRow, .diagonal] {
      let pass = rows(1, unrolling).passes[0]
      #expect(pass.tokens == [11, 12, 13, 14, 0, 21, 22, 0, 0])
      #expect(pass.positions == [0, 1, 2, 3, 4, 0, 1, 2, 0])
      #expect(pass.labels == [12, 13, 14, -1, -1, 22, -1, -1, -1])
      #expect(pass.teacherRows == [1, 2, 3, -1, -1, 6, -1, -1, -1])
      #expect(pass.countedRows == 4)
    }
  }

  /// The mask moves with the label: the row that predicts the first token of an answer counts, and none that predicts
  /// a question's (upstream leaves the mask where it was; SafeAILab/EAGLE issue 325).
  @Test func theMaskMovesWithTheLabel() {
    let labels: [Int32] = [-1, -1, 13, 14, -1]
    let rows = UnrolledRows(
      tokens: [10, 11, 12, 13, 14], labels: labels, positions: [0, 1, 2, 3, 4], firstKey: [0, 0, 0, 0, 0],
      length: 5, passCount: 3, unrolling: .sameRow)
    #expect(rows.passes[0].labels == [-1, 13, 14, -1, -1])
    #expect(rows.passes[1].labels == [13, 14, -1, -1, -1])
    #expect(rows.passes[2].labels == [14, -1, -1, -1, -1])
  }

  @Test func inPlaceLaterPassesMoveAlongTheText() {
    let passes = rows(3, .sameRow).passes
    #expect(passes[2].tokens == [13, 14, 0, 0, 0, 0, 0, 0, 0])
    #expect(passes[2].positions == [2, 3, 2, 3, 4, 0, 1, 2, 0])
    #expect(passes[2].labels == [14, -1, -1, -1, -1, -1, -1, -1, -1])
    #expect(passes[2].teacherRows == [3, -1, -1, -1, -1, -1, -1, -1, -1])
    #expect(passes[1].countedRows == 2)
  }

  @Test func alongTheTextPassesDifferInWhatTheySeeAlone() {
    let all = rows(3, .diagonal)
    #expect(all.passes.map(\.tokens).allSatisfy { $0 == all.passes[0].tokens })
    #expect(all.passes.map(\.labels).allSatisfy { $0 == all.passes[0].labels })
    #expect(all.passes[2].keys != all.passes[1].keys)
    #expect(all.previousRows == [9, 0, 1, 2, 3, 14, 5, 6, 17])
  }
}

@Suite struct StateNoiseTests {
  /// EAGLE's code gives short texts more noise; the paper gives all the same.
  @Test func amplitudesFollowTheLengthOfTheText() {
    let firstKey: [Int32] = [0, 0, 2, 0, 0, 0]
    let even = StateNoise(width: 0.2, seed: 1).amplitudes(firstKey: firstKey, length: 3)
    #expect(even == [Float](repeating: 0.2, count: 6))
    let scaled = StateNoise(width: 0.2, referenceLength: 6, seed: 1).amplitudes(firstKey: firstKey, length: 3)
    for (found, times) in zip(scaled, [3, 3, 6, 2, 2, 2]) { #expect(abs(found - 0.2 * Float(times)) < 1e-6) }
  }
}
