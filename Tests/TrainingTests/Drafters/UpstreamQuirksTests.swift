import Autodiff
import Drafters
import Objectives
import Testing

/// What upstream does beside its papers, each by hand.
@Suite struct UpstreamQuirksTests {
  /// A question of two tokens, an answer of three, 12 to 14, and the next question.
  private func rows(
    _ unrolling: VisibleKeys.Unrolling, _ quirks: UpstreamQuirks, passCount: Int = 3
  ) -> UnrolledRows {
    UnrolledRows(
      tokens: [10, 11, 12, 13, 14, 15, 16, 17], labels: [-1, 12, 13, 14, -1, -1, -1, -1],
      positions: [0, 1, 2, 3, 4, 5, 6, 7], firstKey: [0, 0, 0, 0, 0, 0, 0, 0], length: 8,
      passCount: passCount, unrolling: unrolling, quirks: quirks)
  }

  @Test func allRowsDivideTheLosses() {
    var objective = FeatureObjective.trainingTimeTest(passCount: 2)
    objective.stateWeight = 3
    let usual = objective.scales(countedRows: [4, 2], rowCount: 10)
    #expect(usual.losses == [0.25, 0.4] && usual.states == [0.75, 3 * 0.4])
    objective.quirks = .meanOverAllRows
    let upstream = objective.scales(countedRows: [4, 2], rowCount: 10)
    #expect(upstream.losses == [0.1, 0.08] && upstream.states == [3 * 0.1, 3 * 0.08])
  }

  /// Row t counts by token t + s: its own in pass 0, which is two before its label.
  @Test func inPlaceTheMaskMovesOnlyFromPassToPass() {
    let passes = rows(.sameRow, .unshiftedMask).passes
    #expect(passes[0].labels == [-1, -1, 14, 15, 16, -1, -1, -1])
    #expect(passes[1].labels == [-1, 14, 15, 16, -1, -1, -1, -1])
    #expect(passes[2].labels == [14, 15, 16, -1, -1, -1, -1, -1])
    #expect(passes[1].teacherRows == [-1, 3, 4, 5, -1, -1, -1, -1])
    #expect(passes.map(\.countedRows) == [3, 3, 3])
    let usual = rows(.sameRow, []).passes
    #expect(usual[0].labels == [12, 13, 14, -1, -1, -1, -1, -1])
    #expect(passes.map(\.tokens) == usual.map(\.tokens))
    #expect(passes.map(\.positions) == usual.map(\.positions))
  }

  @Test func alongTheTextTheMaskNeverMoves() {
    let passes = rows(.diagonal, .unshiftedMask).passes
    #expect(passes.allSatisfy { $0.labels == [-1, -1, 14, 15, 16, -1, -1, -1] })
    #expect(passes.allSatisfy { $0.teacherRows == [-1, -1, 3, 4, 5, -1, -1, -1] })
  }

  /// Documents of 3 and 4 tokens and a row of padding, all in the loss but the first: the last rows have no label token, and
  /// the first of a document does not count by the one before it.
  @Test func anUnshiftedMaskStaysWithinItsDocument() {
    let rows = UnrolledRows(
      tokens: [10, 11, 12, 20, 21, 22, 23, 0], labels: [11, 12, -1, 21, 22, 23, -1, -1],
      positions: [0, 1, 2, 0, 1, 2, 3, 0], firstKey: [0, 0, 0, 3, 3, 3, 3, 7], length: 8, passCount: 1,
      unrolling: .sameRow, quirks: .unshiftedMask)
    #expect(rows.passes[0].labels == [-1, -1, -1, -1, 23, -1, -1, -1])
  }

  /// A document that the end of a sequence cuts has a label there, and its rest begins with a token of unknown mask.
  @Test func aCutDocumentKeepsItsLastLabel() {
    let rows = UnrolledRows(
      tokens: [10, 11, 12, 13, 14, 15, 16, 17], labels: [11, 12, 13, 14, 15, 16, 17, -1],
      positions: [0, 1, 2, 3, 0, 1, 2, 3], firstKey: [0, 0, 0, 0, 0, 0, 0, 0], length: 4, passCount: 1,
      unrolling: .diagonal, quirks: .unshiftedMask)
    #expect(rows.passes[0].labels == [-1, 13, 14, -1, -1, 17, -1, -1])
  }

  /// Rows of documents of 5 and 3 tokens and of padding, which hides nothing.
  @Test func multipliedMasksHideWhatComesLater() {
    func zeroKeys(_ quirks: UpstreamQuirks) -> [Int32]? {
      UnrolledRows(
        tokens: [10, 11, 12, 13, 14, 20, 21, 22, 0], labels: [-1, 12, 13, 14, -1, 21, 22, -1, -1],
        positions: [0, 1, 2, 3, 4, 0, 1, 2, 0], firstKey: [0, 0, 0, 0, 0, 5, 5, 5, 8], length: 9,
        passCount: 3, unrolling: .diagonal, quirks: quirks
      ).zeroKeys
    }
    #expect(zeroKeys(.multipliedMasks) == [4, 3, 2, 1, 0, 2, 1, 0, 0])
    #expect(zeroKeys([.meanOverAllRows, .unshiftedMask]) == nil)
    // Whatever the pass, a row sees as many keys as there are up to it.
    for pass in 0..<3 {
      let keys = rows(.diagonal, .multipliedMasks).passes[pass].keys
      #expect(keys.pairCount == 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8)
    }
  }

  /// The states of every pass with and without: the last rows of documents see nothing hidden, and in the first pass keep
  /// their bits; all others change.
  @Test func multipliedMasksReachEveryPass() {
    let subject = FeatureSubject(.eagle)
    func states(_ quirks: UpstreamQuirks) -> [[Float]] {
      var objective = FeatureObjective.eagle(passCount: 3)
      objective.quirks = quirks
      var g = Graph()
      let (states, write) = subject.recordTarget(in: &g)
      let inputs = UnrolledInputs(
        batch: subject.batch, length: subject.length, passCount: 3,
        multipliesMasks: quirks.contains(.multipliedMasks), in: &g)
      let outputs = objective.unroll(subject.drafter, inputs, states: states, in: &g).map(\.states)
      let executor = Executor(
        Plan(g, outputs: outputs, training: false, on: subject.backend), on: subject.backend)
      write(executor)
      let rows = subject.rows(passCount: 3, .diagonal, quirks: quirks)
      inputs.write(rows, scales: [1, 1, 1], stateScales: [1, 1, 1], to: executor)
      executor.forward()
      return outputs.map { executor.read($0) }
    }
    let (usual, upstream) = (states([]), states(.multipliedMasks))
    let width = subject.drafter.stateSize
    for pass in 0..<3 {
      for row in 0..<subject.batch * subject.length {
        let elements = row * width..<(row + 1) * width
        let isLast = row == 7 || row % subject.length == subject.length - 1
        let isSame = usual[pass][elements] == upstream[pass][elements]
        #expect(isSame == (isLast && pass == 0), "pass \(pass), row \(row)")
      }
    }
  }
}
