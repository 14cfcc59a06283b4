/// A condition on a whole number: as words, as part of a function's name, as Python, and as something to compute.
struct NumberTest {
  /// `greater than 3`.
  let words: String
  /// `above_3`.
  let label: String
  /// Python with `#` for the number.
  let code: String
  /// The truth.
  let holds: @Sendable (Int) -> Bool

  /// The condition on a Python name.
  func python(_ name: String) -> String { code.replacing("#", with: name) }

  static func random(_ draws: inout Draws) -> NumberTest {
    let k = draws.number(1...12)
    let d = draws.number(2...9)
    return draws.pick([
      NumberTest(words: "even", label: "even", code: "# % 2 == 0") { Python.modulo($0, 2) == 0 },
      NumberTest(words: "odd", label: "odd", code: "# % 2 == 1") { Python.modulo($0, 2) == 1 },
      NumberTest(words: "positive", label: "positive", code: "# > 0") { $0 > 0 },
      NumberTest(words: "negative", label: "negative", code: "# < 0") { $0 < 0 },
      NumberTest(words: "greater than \(k)", label: "above_\(k)", code: "# > \(k)") { $0 > k },
      NumberTest(words: "less than \(k)", label: "below_\(k)", code: "# < \(k)") { $0 < k },
      NumberTest(words: "at least \(k)", label: "at_least_\(k)", code: "# >= \(k)") { $0 >= k },
      NumberTest(words: "at most \(k)", label: "at_most_\(k)", code: "# <= \(k)") { $0 <= k },
      NumberTest(words: "divisible by \(d)", label: "divisible_by_\(d)", code: "# % \(d) == 0") {
        Python.modulo($0, d) == 0
      },
      NumberTest(words: "not divisible by \(d)", label: "not_divisible_by_\(d)", code: "# % \(d) != 0") {
        Python.modulo($0, d) != 0
      },
      NumberTest(
        words: "between \(k) and \(k + d)", label: "from_\(k)_to_\(k + d)", code: "\(k) <= # <= \(k + d)"
      ) {
        $0 >= k && $0 <= k + d
      },
    ])
  }
}
