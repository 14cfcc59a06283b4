package import Models

extension CachedDecoder: SequenceModel {
  /// The token with the largest logit.
  package func argmax(output: Int) -> Int32 { bestToken(of: output) }

  /// Of a decoder that was made to show what its head reads.
  package func state(ofRow row: Int) -> ArraySlice<Float> { features(of: row) }

  /// All outputs at once, on all threads.
  package func draw(temperatures: [Float], uniforms: [Double]) -> [Int32]? {
    chooseTokens(temperatures: temperatures, uniforms: uniforms)
  }

  /// Copies the logits of an output.
  package func copyLogits(output: Int, into buffer: inout [Float]) {
    withLogits(of: output) { logits in
      precondition(buffer.count == logits.count, "\(logits.count) logits into \(buffer.count) elements")
      for (i, logit) in zip(buffer.indices, logits) { buffer[i] = logit }
    }
  }
}
