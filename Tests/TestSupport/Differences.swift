/// Central differences of functions in double precision.
package enum Differences {
  /// The derivative of `function` at `point` along `direction`:
  ///
  /// ```
  /// (4 (f(x + h d) - f(x - h d)) / 2h - (f(x + 2h d) - f(x - 2h d)) / 4h) / 3
  /// ```
  ///
  /// The error is of order h⁴ + 1e-16 / h, about 1e-10 for functions of size 1 whose derivatives have size 1.
  package static func derivative(
    along direction: [[Double]], at point: [[Double]], step: Double = 1e-4,
    of function: ([[Double]]) -> Double
  ) -> Double {
    func moved(_ t: Double) -> Double {
      function(zip(point, direction).map { x, d in zip(x, d).map { $0 + t * $1 } })
    }
    let near = (moved(step) - moved(-step)) / (2 * step)
    let far = (moved(2 * step) - moved(-2 * step)) / (4 * step)
    return (4 * near - far) / 3
  }

  /// The derivatives of a vector function with respect to element `element` of array `array`, by the same rule.
  package static func column(
    _ array: Int, _ element: Int, at point: [[Double]], step: Double = 1e-4,
    of function: ([[Double]]) -> [Double]
  ) -> [Double] {
    func moved(_ t: Double) -> [Double] {
      var x = point
      x[array][element] += t
      return function(x)
    }
    let (a, b, c, d) = (moved(step), moved(-step), moved(2 * step), moved(-2 * step))
    return a.indices.map { i in
      (4 * (a[i] - b[i]) / (2 * step) - (c[i] - d[i]) / (4 * step)) / 3
    }
  }
}
