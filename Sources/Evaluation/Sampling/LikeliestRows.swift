/// The `count` largest of some logits or log-probabilities and where they stand, the largest first, the lower place first
/// among equals.
///
/// Costs one comparison per element, and a place in a short list for each that is among the largest so far.
package func likeliestRows(_ count: Int, of values: ArraySlice<Float>) -> [(row: Int, value: Float)] {
  var best: [(row: Int, value: Float)] = []
  best.reserveCapacity(count + 1)
  for (row, value) in values.enumerated() {
    guard best.count < count || value > best[best.count - 1].value else { continue }
    let place = best.firstIndex { value > $0.value } ?? best.count
    best.insert((row, value), at: place)
    if best.count > count { best.removeLast() }
  }
  return best
}
