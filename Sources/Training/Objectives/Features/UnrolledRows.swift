package import Autodiff

/// The numbers of a packed micro-batch as the passes of an unrolled drafter read them.
///
/// Letters: n = batch · length rows, x[t] the token of row t. In pass s, counted from 0, row t of a drafter that is
/// unrolled in place (`sameRow`, EAGLE-3) reads x[t+1+s] at position t+s and is to predict what the target says after
/// it. One that is unrolled along the text (`diagonal`, HASS; EAGLE is its first pass) reads x[t+1] at position t in
/// every pass. A row counts where the token after the one that it reads is in the loss, so that the mask moves with the
/// label, but see `UpstreamQuirks`; rows whose tokens would belong to another document read token 0 and do not count.
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
  /// How many keys of zeros each row sees beside its own, in every pass; nil unless masks are multiplied. [n]
  package let zeroKeys: [Int32]?

  /// - Parameters:
  ///   - tokens, labels, positions, firstKey: as `Batch` has them, [n].
  ///   - length: rows of a sequence.
  package init(
    tokens: [Int32], labels: [Int32], positions: [Int32], firstKey: [Int32], length: Int, passCount: Int,
    unrolling: VisibleKeys.Unrolling, quirks: UpstreamQuirks = []
  ) {
    precondition(passCount > 0 && tokens.count.isMultiple(of: length), "UnrolledRows: \(passCount) passes")
    precondition(
      unrolling == .diagonal || !quirks.contains(.multipliedMasks), "multiplied masks of passes in place")
    let text = Text(tokens: tokens, labels: labels, positions: positions, firstKey: firstKey, length: length)
    passes = (0..<passCount).map { pass in
      text.pass(
        shift: unrolling == .sameRow ? pass : 0, maskMoves: !quirks.contains(.unshiftedMask),
        keys: pass == 0
          ? .causal(firstKey: firstKey, length: length)
          : .unrolled(unrolling, pass: pass, firstKey: firstKey, length: length))
    }
    zeroKeys = quirks.contains(.multipliedMasks) ? text.laterRows : nil
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

    /// How many rows of its document come after each row.
    var laterRows: [Int32] {
      var later = [Int32](repeating: 0, count: tokens.count)
      for row in tokens.indices.reversed() where continues(row, by: 1) { later[row] = later[row + 1] + 1 }
      return later
    }

    func pass(shift: Int, maskMoves: Bool, keys: VisibleKeys) -> Pass {
      var pass = Pass(
        tokens: [Int32](repeating: 0, count: tokens.count), positions: positions,
        labels: [Int32](repeating: -1, count: tokens.count),
        teacherRows: [Int32](repeating: -1, count: tokens.count), keys: keys, countedRows: 0)
      for row in tokens.indices {
        let next = row + 1 + shift
        guard continues(row, by: 1 + shift) else { continue }
        pass.tokens[row] = tokens[next]
        pass.positions[row] += Int32(shift)
        let label = maskMoves ? labels[next] : isInLoss(row + shift) ? token(after: next) : -1
        guard label >= 0 else { continue }
        pass.labels[row] = label
        pass.teacherRows[row] = Int32(next)
        pass.countedRows += 1
      }
      return pass
    }

    /// Whether the row so many places on belongs to the same document.
    private func continues(_ row: Int, by count: Int) -> Bool {
      row % length + count < length && firstKey[row + count] == firstKey[row]
        && positions[row + count] == positions[row] + Int32(count)
    }

    /// Whether a row's own token is in the loss, as the row before it has it.
    private func isInLoss(_ row: Int) -> Bool {
      row > 0 && continues(row - 1, by: 1) && labels[row - 1] >= 0
    }

    /// The next token of the document, in the loss or not; -1 where the text has none.
    private func token(after row: Int) -> Int32 {
      continues(row, by: 1) ? tokens[row + 1] : labels[row]
    }
  }
}
