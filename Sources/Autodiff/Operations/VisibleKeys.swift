/// The numbers of an attention mask: which keys every row sees.
///
/// Letters: n = batch · length rows, e = `extraCount`. Rows and keys are counted from the start of their sequence;
/// `firstKey` in the functions below is that of a packed batch, int [n]: where the row's document begins.
package struct VisibleKeys: Sendable, Equatable {
  /// The start of each row's range, [n].
  package private(set) var firstKey: [Int32]
  /// The end of each row's range, [n].
  package private(set) var endKey: [Int32]
  /// Keys beside the range, ascending, filled up with -1, [n, e].
  package private(set) var extraKeys: [Int32]
  /// e.
  package let extraCount: Int

  private init(firstKey: [Int32], endKey: [Int32], extraKeys: [[Int32]] = []) {
    let extraCount = extraKeys.map(\.count).max() ?? 0
    self.firstKey = firstKey
    self.endKey = endKey
    self.extraKeys = extraKeys.flatMap { keys -> [Int32] in
      keys + [Int32](repeating: -1, count: extraCount - keys.count)
    }
    self.extraCount = extraCount
  }

  /// Rows see their document up to themselves.
  package static func causal(firstKey: [Int32], length: Int) -> VisibleKeys {
    VisibleKeys(firstKey: firstKey, endKey: firstKey.indices.map { Int32($0 % length + 1) })
  }

  /// Rows see their whole block and their document before it, as in block diffusion (Arriola et al. 2025).
  ///
  /// - Parameter size: rows of a block, counted from the start of the document; the last may be shorter. 1 is causal,
  ///   and `length` lets whole documents see themselves.
  package static func blocks(of size: Int, firstKey: [Int32], length: Int) -> VisibleKeys {
    precondition(size > 0, "VisibleKeys: blocks of \(size) rows")
    var endKey = firstKey
    var documentEnd = 0
    for row in firstKey.indices.reversed() {
      let place = row % length
      if place == length - 1 || firstKey[row + 1] != firstKey[row] { documentEnd = place + 1 }
      let first = Int(firstKey[row])
      endKey[row] = Int32(min(documentEnd, first + ((place - first) / size + 1) * size))
    }
    return VisibleKeys(firstKey: firstKey, endKey: endKey)
  }

  /// Packed text with trees of drafts that continue it: a node sees the text up to where its tree hangs, its
  /// ancestors and itself.
  ///
  /// - Parameter parents: for each row the row that it continues, text or node, before it in the same sequence;
  ///   negative for rows of text, which see their document up to themselves. [n]
  package static func trees(parents: [Int32], firstKey: [Int32], length: Int) -> VisibleKeys {
    precondition(
      parents.count == firstKey.count, "VisibleKeys: \(parents.count) parents, \(firstKey.count) rows")
    var causal = VisibleKeys.causal(firstKey: firstKey, length: length)
    var extraKeys = [[Int32]](repeating: [], count: parents.count)
    for (row, parent) in parents.enumerated() where parent >= 0 {
      let place = row % length
      precondition(parent < place, "VisibleKeys: row \(row) cannot continue row \(parent)")
      let parentRow = row - place + Int(parent)
      causal.firstKey[row] = causal.firstKey[parentRow]
      causal.endKey[row] = causal.endKey[parentRow]
      extraKeys[row] = extraKeys[parentRow] + [Int32(place)]
    }
    return VisibleKeys(firstKey: causal.firstKey, endKey: causal.endKey, extraKeys: extraKeys)
  }

  /// How the keys of later passes are seen when a drafter is unrolled in training.
  package enum Unrolling: Sendable {
    /// Row t sees pass 0 up to t, and t itself in every later one (training-time test; Li et al., "EAGLE-3", 2025).
    case sameRow
    /// In pass s row t sees pass 0 up to t - s, and row t - s + j of pass j (Zhang et al., "HASS", 2025).
    case diagonal
  }

  /// Pass `pass` of an unrolled drafter, from 0. Its keys are those of passes 0 ... pass one after another, `length`
  /// each, so that keys number (pass + 1) · length for each sequence; see `Graph.concatenateKeys`.
  package static func unrolled(
    _ unrolling: Unrolling, pass: Int, firstKey: [Int32], length: Int
  ) -> VisibleKeys {
    let lag = unrolling == .diagonal ? pass : 0
    let endKey = firstKey.enumerated().map { row, first in max(first, Int32(row % length + 1 - lag)) }
    let extraKeys = firstKey.enumerated().map { row, first -> [Int32] in
      (0..<pass).map { $0 + 1 }.compactMap { later in
        let place = row % length - (unrolling == .diagonal ? pass - later : 0)
        return place >= Int(first) ? Int32(later * length + place) : nil
      }
    }
    return VisibleKeys(firstKey: firstKey, endKey: endKey, extraKeys: extraKeys)
  }

  /// `extraKeys` for as many as `count` to a row, [n, count]: the most that a batch of this shape can have.
  package func extraKeys(filledTo count: Int) -> [Int32] {
    precondition(count >= extraCount, "\(extraCount) keys beside the range do not fit \(count)")
    guard count > extraCount else { return extraKeys }
    let missing = [Int32](repeating: -1, count: count - extraCount)
    return firstKey.indices.flatMap { extraKeys[$0 * extraCount..<($0 + 1) * extraCount] + missing }
  }

  /// How many pairs of a row and a key there are: what attention's cost is counted by.
  package var pairCount: Int {
    zip(firstKey, endKey).reduce(0) { $0 + Int($1.1 - $1.0) } + extraKeys.count { $0 >= 0 }
  }
}
