internal import CKernels

extension CPUBackend: SamplingBackend {
  package func chooseTokens(
    _ logits: Slot, temperatures: [Float], uniforms: [Double], into tokens: inout [Int32], vocabulary: Int
  ) {
    let rows = temperatures.count
    expect(logits, rows * vocabulary, "chooseTokens logits")
    precondition(
      uniforms.count == rows && tokens.count == rows,
      "chooseTokens: \(rows) temperatures, \(uniforms.count) uniforms, \(tokens.count) tokens")
    unsafe tokens.withUnsafeMutableBufferPointer { buffer in
      guard let chosen = buffer.baseAddress else { return }
      unsafe pk_choose_tokens(pool, rows, vocabulary, floats(logits), temperatures, uniforms, chosen)
    }
  }
}
