/// Choosing tokens.
package protocol SamplingBackend: AnyObject {
  /// One token for each row of logits [rows, vocabulary].
  ///
  /// Where the temperature is 0, or the largest logit is not finite, it is the first of the largest; else the token at
  /// which the running sum of e^(logit/temperature) passes `uniforms[row]` times their total. NaN is never chosen.
  ///
  /// - Parameters:
  ///   - temperatures: [rows], none negative.
  ///   - uniforms: [rows], in [0, 1).
  ///   - tokens: [rows], written.
  func chooseTokens(
    _ logits: Slot, temperatures: [Float], uniforms: [Double], into tokens: inout [Int32], vocabulary: Int)
}
