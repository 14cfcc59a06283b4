import Autodiff
import Drafters
import Evaluation
import Models
import TestSupport
import Testing

extension FeatureSubject {
  /// Trees of this subject's drafter, verified by its target.
  func decoder(_ shape: DraftShape, lines: Int = 3, seed: UInt64 = 5) throws -> TreeSpeculativeDecoder {
    let shown = CachedDecoder(
      target, on: backend, lines: lines, capacity: Self.positionCount, showing: drafter.tappedLayers)
    guard let heads = drafter as? MedusaDrafter else {
      return try TreeSpeculativeDecoder(
        target: shown, drafter: FeatureDecoder(recurrent, on: backend, lines: lines, capacity: 64),
        shape: shape, seed: seed, endTokens: [])
    }
    return try TreeSpeculativeDecoder(
      target: shown, heads: MedusaDecoder(heads, on: backend, lines: lines), shape: shape, seed: seed,
      endTokens: [])
  }

  /// Random prompts of 1 to 7 tokens.
  static func requests(
    _ count: Int, newTokens: Int, _ sampling: SamplingSettings = .greedy
  ) -> [DecodingRequest] {
    var numbers = TestNumbers("prompts of trees")
    return (0..<count).map {
      DecodingRequest(
        prompt: numbers.integers(1 + $0 % 7, below: 29), maximumNewTokens: newTokens, sampling: sampling,
        sequence: UInt64($0))
    }
  }

  /// What the target writes by itself.
  func plain(_ requests: [DecodingRequest]) throws -> [[Int32]] {
    let decoder = CachedDecoder(target, on: backend, lines: 4, capacity: Self.positionCount)
    return try Generator(model: decoder, seed: 5, endTokens: []).run(requests).map(\.tokens)
  }

  /// Judges the texts of a target that forgets context by chi-square, token by token, and sees that the law without the
  /// warpers would have been told apart.
  func expectTexts(_ completions: [Completion], toFollow sampling: SamplingSettings) throws {
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 29), count: 29)
    for completion in completions {
      for (a, b) in zip(completion.tokens, completion.tokens.dropFirst()) { counts[Int(a)][Int(b)] += 1 }
    }
    #expect(counts.joined().reduce(0, +) == 100_000)
    var worst = 1.0
    for token in 0..<29 where counts[token].reduce(0, +) > 300 {
      let law = try law(after: Int32(token), sampling)
      let p = ChiSquare.pValue(observed: counts[token], expected: law)
      #expect(p > 1e-4, "after \(token): p = \(p)")
      let unwarped = try self.law(after: Int32(token), SamplingSettings(temperature: 1))
      worst = min(worst, ChiSquare.pValue(observed: counts[token], expected: unwarped))
    }
    #expect(worst < 1e-9, "the test could not tell the warped from the unwarped law")
  }

  private func law(after token: Int32, _ sampling: SamplingSettings) throws -> [Double] {
    let decoder = CachedDecoder(target, on: backend, lines: 1, capacity: 4)
    decoder.forward(tokens: [token], sequences: [0], positions: [0], outputs: [0])
    var warper = Warper(vocabularySize: 29)
    var rows = ProbabilityRows(rowCount: 1, vocabularySize: 29)
    warper.warp(decoder.withLogits(of: 0) { Array($0) }, sampling, into: &rows, row: 0)
    return rows.values.map(Double.init)
  }
}

extension FeatureSubject {
  /// Makes what the target says depend on the last token alone, and the drafter say the same: blocks add nothing, and the
  /// fusion hands on the token's embedding.
  func forgetContext() {
    for store in [target.store, drafter.store] {
      for parameter in store.parameters
      where parameter.name.hasSuffix("o_proj.weight") || parameter.name.hasSuffix("down_proj.weight") {
        store.write([Float](repeating: 0, count: parameter.shape.count), to: parameter)
      }
    }
    let width = drafter.stateSize
    for parameter in drafter.store.parameters where parameter.name.hasPrefix("fc.") {
      var values = [Float](repeating: 0, count: parameter.shape.count)
      if parameter.name == "fc.weight" { for i in 0..<width { values[i * 2 * width + i] = 1 } }
      drafter.store.write(values, to: parameter)
    }
  }

  /// Makes all embeddings as long as a norm makes them, so that a drafter without one says exactly what the target says
  /// where both forget context.
  func evenEmbedding() {
    let width = drafter.stateSize
    var values = target.store.read(target.embedding.weight)
    for token in 0..<29 {
      let row = token * width..<(token + 1) * width
      let length = (values[row].reduce(0) { $0 + $1 * $1 } / Float(width)).squareRoot()
      for place in row { values[place] /= length }
    }
    target.store.write(values, to: target.embedding.weight)
  }

  /// Makes the target answer each token with its successor: the head has each token's embedding in the row of the token
  /// after it, long enough that it is sure of it.
  func answerWithSuccessors() {
    let width = drafter.stateSize
    let embedding = target.store.read(target.embedding.weight)
    var head = [Float](repeating: 0, count: 29 * width)
    for token in 0..<29 {
      let row = embedding[token * width..<(token + 1) * width]
      let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for (column, value) in row.enumerated() { head[(token + 1) % 29 * width + column] = 8 * value / length }
    }
    target.store.write(head, to: target.head)
  }
}
