internal import Glibc
internal import Randomness

/// Chooses tokens from a model's rows: greedy where the settings say so, else warped and drawn.
struct TokenChooser {
  private var logits: [Float]
  private var warper: Warper

  init(vocabularySize: Int) {
    logits = [Float](repeating: 0, count: vocabularySize)
    warper = Warper(vocabularySize: vocabularySize)
  }

  /// Reads an output of the model's last call, writes its distribution to a row of `rows` and draws from it.
  mutating func draw(
    _ model: some SequenceModel, output: Int, _ sampling: SamplingSettings, into rows: inout ProbabilityRows,
    at target: Int, _ decisions: inout some DecisionSource
  ) -> Int32 {
    warp(model, output: output, sampling, into: &rows, at: target)
    return warper.draw(&decisions)
  }

  /// Reads an output of the model's last call and writes its distribution to a row of `rows`.
  mutating func warp(
    _ model: some SequenceModel, output: Int, _ sampling: SamplingSettings, into rows: inout ProbabilityRows,
    at target: Int
  ) {
    model.copyLogits(output: output, into: &logits)
    warper.warp(logits, sampling, into: &rows, row: target)
  }

  /// The probability of the likeliest token of an output of the model's last call, at a temperature of 1.
  mutating func likeliestProbability(_ model: some SequenceModel, output: Int) -> Double {
    model.copyLogits(output: output, into: &logits)
    let largest = logits.max() ?? 0
    return 1 / Double(logits.reduce(0) { $0 + exp($1 - largest) })
  }

  /// The tokens that plain decoding gives all lines next, line i from output i, where the model draws by itself and no
  /// line wants only its most likely tokens; nil otherwise.
  func draw(_ model: some SequenceModel, _ lines: [DecodingLine], seed: UInt64) -> [Int32]? {
    guard lines.allSatisfy({ $0.sampling.topK == nil && $0.sampling.topP == nil }) else { return nil }
    return model.draw(
      temperatures: lines.map { Float($0.sampling.temperature) },
      uniforms: lines.map { line in
        guard !line.sampling.isGreedy else { return 0 }
        var stream = RandomStream(
          seed: seed, purpose: .sampling, sequence: line.sequence, step: line.newTokenCount)
        return stream.uniform()
      })
  }

  /// The token that plain decoding gives the line next.
  mutating func next(
    _ model: some SequenceModel, output: Int, _ line: DecodingLine, seed: UInt64,
    scratch: inout ProbabilityRows
  ) -> Int32 {
    if line.sampling.isGreedy { return model.argmax(output: output) }
    var stream = RandomStream(
      seed: seed, purpose: .sampling, sequence: line.sequence, step: line.newTokenCount)
    return draw(model, output: output, line.sampling, into: &scratch, at: 0, &stream)
  }
}
