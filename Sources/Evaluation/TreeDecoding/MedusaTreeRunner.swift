internal import Drafters
internal import Models

/// Grows trees with Medusa heads: all of them read the state that the root was chosen from, once, and every node of a level
/// proposes what the level's head says.
///
/// Source: Cai et al., "Medusa", 2024, section 2.1.2.
struct MedusaTreeRunner: TreeRunner {
  private let heads: MedusaDecoder
  let capacity: Int
  /// Per cache line: the target's state of the last position that it has read.
  private var states: [[Float]]
  /// Per cache line: which row of the last call it was.
  private var rowOfLine: [Int]

  /// - Parameter capacity: positions of the target's lines.
  init(_ heads: MedusaDecoder, capacity: Int) {
    (self.heads, self.capacity) = (heads, capacity)
    states = [[Float]](repeating: [], count: heads.lineCount)
    rowOfLine = [Int](repeating: 0, count: heads.lineCount)
  }

  var lineCount: Int { heads.lineCount }
  var tokens: [Int32]? { heads.drafter.draftVocabulary?.targetIDs }
  var readsStates: Bool { true }

  mutating func clear(_ line: Int32) {}

  mutating func take(_ state: ArraySlice<Float>, line: Int32) { states[Int(line)] = Array(state) }

  mutating func readText(_ lines: [DecodingLine], _ found: (_ line: Int, ArraySlice<Float>) -> Void) {
    heads.forward(lines.flatMap { states[Int($0.cacheLine)] })
    for (row, line) in lines.enumerated() {
      rowOfLine[Int(line.cacheLine)] = row
      found(row, heads.logProbabilities(of: row, head: 0))
    }
  }

  mutating func readTree(
    _ rows: [TreeRow], of lines: [DecodingLine], _ found: (_ row: Int, ArraySlice<Float>) -> Void
  ) {
    for (index, row) in rows.enumerated() {
      let place = rowOfLine[Int(lines[row.line].cacheLine)]
      found(index, heads.logProbabilities(of: place, head: row.row.ancestors.count + 1))
    }
  }
}
