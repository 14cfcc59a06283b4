package import Autodiff

/// The numbers of a packed micro-batch as the passes of an unrolled drafter read them.
///
/// Letters: n = batch · length rows, x[t] the token of row t. In pass s, counted from 0, row t of a drafter that is
/// unrolled in place (`sameRow`, EAGLE-3) reads x[t+1+s] at position t+s and is to predict what the target says after
/// it. One that is unrolled along the text (`diagonal`, HASS; EAGLE is its first pass) reads x[t+1] at position t in
/// every pass. A row counts where the token after the one that it reads is in the loss, so that the mask moves with the
/// label; rows whose tokens would belong to another document read token 0 and do not count.
package struct UnrolledRows: Sendable, Equatable {
  /// One pass.
  package struct Pass: Sendable, Equatable {
    /// The token that each row reads, [n].
    package var tokens: [Int32]
    /// Where it stands, [n].
    package var positions: [Int32]
    /// The token that follows, -1 where the row does not count, [n].
    package var labels: [Int32]
    /// The row of the target that says what the row should, -1 where none does, [n].
    package var teacherRows: [Int32]
    /// What each row sees.
    package var keys: VisibleKeys
    /// How many rows count.
    package var countedRows: Int
  }

  package let passes: [Pass]
  /// Where the state comes from that a row reads in the next pass, of a drafter unrolled along the text: the row before
  /// in what the pass gave out, or n + itself, what it read, at the start of a document. [n]
  package let previousRows: [Int32]

  /// - Parameters:
  ///   - tokens, labels, positions, firstKey: as `Batch` has them, [n].
  ///   - length: rows of a sequence.
  package init(
    tokens: [Int32], labels: [Int32], positions: [Int32], firstKey: [Int32], length: Int, passCount: Int,
    unrolling: VisibleKeys.Unrolling
  ) {
    precondition(passCount > 0 && tokens.count.isMultiple(of: length), "UnrolledRows: \(passCount) passes")
    let text = Text(tokens: tokens, labels: labels, positions: positions, firstKey: firstKey, length: length)
    passes = (0..<passCount).map { pass in
      text.pass(
        shift: unrolling == .sameRow ? pass : 0,
        keys: pass == 0
          ? .causal(firstKey: firstKey, length: length)
          : .unrolled(unrolling, pass: pass, firstKey: firstKey, length: length))
    }
    previousRows = tokens.indices.map { row in
      Int32(row % length == Int(firstKey[row]) ? tokens.count + row : row - 1)
    }
  }

  private struct Text {
    let tokens: [Int32]
    let labels: [Int32]
    let positions: [Int32]
    let firstKey: [Int32]
    let length: Int

    func pass(shift: Int, keys: VisibleKeys) -> Pass {
      var pass = Pass(
        tokens: [Int32](repeating: 0, count: tokens.count), positions: positions,
        labels: [Int32](repeating: -1, count: tokens.count),
        teacherRows: [Int32](repeating: -1, count: tokens.count), keys: keys, countedRows: 0)
      for row in tokens.indices {
        let next = row + 1 + shift
        guard row % length + 1 + shift < length, firstKey[next] == firstKey[row],
          positions[next] == positions[row] + Int32(1 + shift)
        else { continue }
        pass.tokens[row] = tokens[next]
        pass.positions[row] += Int32(shift)
        guard labels[next] >= 0 else { continue }
        pass.labels[row] = labels[next]
        pass.teacherRows[row] = Int32(next)
        pass.countedRows += 1
      }
      return pass
    }
  }
}
