import Foundation

/// The C library's functions in double precision, under names that do not collide with ours.
enum Scalar {
  static func exp(_ x: Double) -> Double { Foundation.exp(x) }
  static func log(_ x: Double) -> Double { Foundation.log(x) }

  /// log of the sum of exp, safely.
  static func logSumExp(_ x: [Double]) -> Double {
    let top = x.max() ?? -.infinity
    guard top > -.infinity else { return -.infinity }
    return top + log(x.reduce(0) { $0 + exp($1 - top) })
  }

  /// log softmax(x / temperature).
  static func logSoftmax(_ x: [Double], temperature: Double = 1) -> [Double] {
    let top = x.max() ?? 0
    // From the largest, not from the sum: 10^30 + log 5 is 10^30.
    let scaled = x.map { ($0 - top) / temperature }
    let total = logSumExp(scaled)
    return scaled.map { $0 - total }
  }

  /// The lowest index of the largest element.
  static func argmax(_ x: [Double]) -> Int {
    x.indices.reduce(0) { x[$1] > x[$0] ? $1 : $0 }
  }

  /// x wᵀ for x: [n, d], w: [v, d], row-major.
  static func product(_ x: [Double], _ w: [Double], width: Int, rows: Int, outputs: Int) -> [Double] {
    var y = [Double](repeating: 0, count: rows * outputs)
    for row in 0..<rows {
      for output in 0..<outputs {
        var sum = 0.0
        for k in 0..<width { sum += x[row * width + k] * w[output * width + k] }
        y[row * outputs + output] = sum
      }
    }
    return y
  }
}
