/// The place of the largest value; the first wins among equals, NaN never wins, an all-NaN row gives 0.
///
/// - Parameter logits: `[v]`, v ≥ 1.
package func greedyToken(_ logits: ArraySlice<Float>) -> Int32 {
  precondition(!logits.isEmpty, "greedyToken of an empty row")
  var best = -Float.infinity
  var index = -1
  for i in logits.indices where logits[i] > best {
    best = logits[i]
    index = i
  }
  // A row of nothing but −∞ and NaN: the first −∞ is as good as any.
  if index < 0 { index = logits.firstIndex(of: best) ?? logits.startIndex }
  return Int32(index - logits.startIndex)
}

/// The index of the largest value of a whole row.
package func greedyToken(_ logits: [Float]) -> Int32 { greedyToken(logits[...]) }
