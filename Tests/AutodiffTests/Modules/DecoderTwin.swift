import Autodiff
import Foundation

/// A small decoder made of our modules, and the same in double precision made of the operations' twins.
struct DecoderTwin {
  static let vocabulary = 11
  static let size = 12
  static let inner = 20
  static let heads = 4
  static let kvHeads = 2
  static let headSize = 6
  static let layers = 2
  static let epsilon: Float = 1e-5
  static let positionCount = 16

  let attention: AttentionSize
  let tokens: [Int32]
  let positions: [Int32]
  let firstKey: [Int32]
  let labels: [Int32]

  /// Two sequences of seven tokens; two documents are packed into each.
  init() {
    attention = AttentionSize(
      batch: 2, length: 7, heads: Self.heads, kvHeads: Self.kvHeads, headSize: Self.headSize)
    tokens = [1, 4, 9, 0, 10, 10, 3, 2, 2, 7, 5, 8, 6, 1]
    positions = [0, 1, 2, 0, 1, 2, 3, 0, 1, 2, 0, 1, 2, 3]
    firstKey = [0, 0, 0, 3, 3, 3, 3, 0, 0, 0, 3, 3, 3, 3]
    labels = [4, 9, -1, 10, 10, 3, -1, 2, 7, -1, 8, 6, 1, -1]
  }

  /// The cosines and sines of the rotary table, as float32 has them.
  static func rotary() -> (cosine: [Double], sine: [Double]) {
    let frequencies = RotaryTable.inverseFrequencies(headSize: headSize, theta: 10_000)
    let angles = (0..<positionCount).flatMap { position in frequencies.map { Double(position) * $0 } }
    return (angles.map { Double(Float(cos($0))) }, angles.map { Double(Float(sin($0))) })
  }

  /// Hidden states after the final norm. Parameters stand in the order of their creation: embedding, then per
  /// layer norm, q, k, v, o, norm, gate, up, down, and the final norm.
  func hidden(_ parameters: [[Double]]) -> [Double] {
    let rows = tokens.count
    let embedding = parameters[0]
    var x = tokens.flatMap { embedding[Int($0) * Self.size..<(Int($0) + 1) * Self.size] }
    for layer in 0..<Self.layers {
      let p = Array(parameters[1 + 9 * layer..<10 + 9 * layer])
      let normed = RMSNormRows.normalised(x, p[0], epsilon: Double(Self.epsilon))
      let attended = project(attend(normed, p), p[4], rows, Self.heads * Self.headSize, Self.size)
      x = zip(x, attended).map(+)
      let second = RMSNormRows.normalised(x, p[5], epsilon: Double(Self.epsilon))
      let gate = project(second, p[6], rows, Self.size, Self.inner)
      let up = project(second, p[7], rows, Self.size, Self.inner)
      let gated = zip(gate, up).map { ElementwiseRows.silu($0) * $1 }
      x = zip(x, project(gated, p[8], rows, Self.inner, Self.size)).map(+)
    }
    return RMSNormRows.normalised(x, parameters[1 + 9 * Self.layers], epsilon: Double(Self.epsilon))
  }

  /// The summed cross entropy of the labelled rows under the tied head.
  func loss(_ parameters: [[Double]]) -> Double {
    let h = hidden(parameters)
    let logits = project(h, parameters[0], tokens.count, Self.size, Self.vocabulary)
    return labels.enumerated().reduce(0) { sum, row in
      guard row.element >= 0 else { return sum }
      let range = row.offset * Self.vocabulary..<(row.offset + 1) * Self.vocabulary
      return sum - Scalar.logSoftmax(Array(logits[range]))[Int(row.element)]
    }
  }

  private func project(_ x: [Double], _ w: [Double], _ rows: Int, _ width: Int, _ outputs: Int) -> [Double] {
    Scalar.product(x, w, width: width, rows: rows, outputs: outputs)
  }

  private func attend(_ x: [Double], _ p: [[Double]]) -> [Double] {
    let table = Self.rotary()
    let (width, kvWidth) = (Self.heads * Self.headSize, Self.kvHeads * Self.headSize)
    func rotated(_ x: [Double], _ columns: Int) -> [Double] {
      RoPERows.rotated(
        x, positions: positions, cosine: table.cosine, sine: table.sine, headSize: Self.headSize,
        columns: columns)
    }
    return AttentionTwin.packed(
      q: rotated(project(x, p[1], tokens.count, Self.size, width), width),
      k: rotated(project(x, p[2], tokens.count, Self.size, kvWidth), kvWidth),
      v: project(x, p[3], tokens.count, Self.size, kvWidth), firstKey: firstKey, attention)
  }
}
