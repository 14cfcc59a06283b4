import Foundation

/// Pearson's test of observed counts against expected probabilities.
package enum ChiSquare {
  /// How likely counts at least as far off arise by chance. An observation where none is expected gives 0.
  package static func pValue(observed: [Int], expected: [Double]) -> Double {
    precondition(observed.count == expected.count)
    let total = Double(observed.reduce(0, +))
    let mass = expected.reduce(0, +)
    var statistic = 0.0
    var cells = 0
    for (count, probability) in zip(observed, expected) {
      if probability == 0 {
        if count > 0 { return 0 }
        continue
      }
      let mean = total * probability / mass
      statistic += (Double(count) - mean) * (Double(count) - mean) / mean
      cells += 1
    }
    return cells > 1 ? upperTail(statistic, degrees: cells - 1) : 1
  }

  /// P(X > statistic) of the chi-square distribution: the regularised upper incomplete gamma function
  /// Q(degrees / 2, statistic / 2), by its series below and its continued fraction above the bend.
  package static func upperTail(_ statistic: Double, degrees: Int) -> Double {
    let a = Double(degrees) / 2
    let x = statistic / 2
    guard x > 0 else { return 1 }
    let factor = exp(a * log(x) - x - lgamma(a))
    if x < a + 1 {
      var term = 1 / a
      var sum = term
      var n = a
      while abs(term) > abs(sum) * 1e-16 {
        n += 1
        term *= x / n
        sum += term
      }
      return 1 - factor * sum
    }
    // Lentz's algorithm.
    var b = x + 1 - a
    var c = 1e300
    var d = 1 / b
    var fraction = d
    for i in 1...10_000 {
      let step = -Double(i) * (Double(i) - a)
      b += 2
      d = 1 / (step * d + b)
      c = b + step / c
      fraction *= d * c
      if abs(d * c - 1) < 1e-15 { break }
    }
    return factor * fraction
  }
}
