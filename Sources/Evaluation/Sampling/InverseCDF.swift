/// The token at which the running sum of the weights passes `uniform` × their sum.
///
/// Tokens of weight 0 are never drawn. Weights need not be normalised; they are summed in double precision, in
/// the order of the vocabulary, so the same uniform number gives the same token everywhere.
///
/// - Parameters:
///   - weights: `[v]`, none negative.
///   - uniform: in [0, 1).
/// - Returns: a token; 0 where all weights are zero.
package func inverseCDF(_ weights: [Double], uniform: Double) -> Int {
  var total = 0.0
  for i in weights.indices { total += weights[i] }
  let threshold = uniform * total
  var sum = 0.0
  var last = 0
  for i in weights.indices where weights[i] > 0 {
    sum += weights[i]
    last = i
    if sum > threshold { return i }
  }
  return last
}
