internal import Foundation

/// The cosines and sines of rotary positions, computed once in double precision and kept as constants.
package final class RotaryTable {
  /// Positions 0 ..< count are covered.
  package let positionCount: Int
  /// Elements per head; the table has half as many columns.
  package let headSize: Int
  private let cosine: Slot
  private let sine: Slot
  private let region: Region
  private let backend: any Backend

  /// - Parameters:
  ///   - inverseFrequencies: radians per position, one for each of the headSize/2 pairs.
  ///   - scale: what cosines and sines are multiplied by, and so queries and keys.
  package init(
    inverseFrequencies: [Double], scale: Double = 1, positionCount: Int, on backend: any Backend
  ) {
    let half = inverseFrequencies.count
    self.positionCount = positionCount
    self.backend = backend
    headSize = 2 * half
    region = backend.makeRegion(label: "rotary table")
    let count = positionCount * half
    backend.reserve(region, count: 2 * alignedCount(count))
    cosine = Slot(region: region, offset: 0, count: count)
    sine = Slot(region: region, offset: alignedCount(count), count: count)
    var cosines = [Float](repeating: 0, count: count)
    var sines = cosines
    for position in 0..<positionCount {
      for pair in 0..<half {
        let angle = Double(position) * inverseFrequencies[pair]
        cosines[position * half + pair] = Float(scale * cos(angle))
        sines[position * half + pair] = Float(scale * sin(angle))
      }
    }
    backend.write(cosines, to: cosine)
    backend.write(sines, to: sine)
  }

  deinit { backend.release(region) }

  /// The plain frequencies theta^(-2j/headSize).
  package static func inverseFrequencies(headSize: Int, theta: Double) -> [Double] {
    (0..<headSize / 2).map { pow(theta, -2 * Double($0) / Double(headSize)) }
  }

  /// x: [n, heads*headSize], positions: int [n] below `positionCount`.
  package func rotate(_ x: Tensor, positions: Tensor, in g: inout Graph) -> Tensor {
    let shape: Shape = [positionCount, headSize / 2]
    return g.rope(
      x, positions: positions, cosine: g.stored(shape, value: cosine), sine: g.stored(shape, value: sine),
      headSize: headSize)
  }
}
