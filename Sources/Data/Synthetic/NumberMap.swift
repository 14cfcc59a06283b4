/// A function from whole numbers to whole numbers: as words, as a name, as Python, and as something to compute.
struct NumberMap {
  /// `multiplied by 3`: what becomes of each number.
  let words: String
  /// `times_3`.
  let label: String
  /// Python with `#` for the number.
  let code: String
  /// The value.
  let value: @Sendable (Int) -> Int

  /// The expression on a Python name.
  func python(_ name: String) -> String { code.replacing("#", with: name) }

  static func random(_ draws: inout Draws) -> NumberMap {
    let k = draws.number(2...12)
    let c = draws.number(1...9)
    return draws.pick([
      NumberMap(words: "multiplied by \(k)", label: "times_\(k)", code: "# * \(k)") { $0 * k },
      NumberMap(words: "plus \(k)", label: "plus_\(k)", code: "# + \(k)") { $0 + k },
      NumberMap(words: "minus \(k)", label: "minus_\(k)", code: "# - \(k)") { $0 - k },
      NumberMap(words: "squared", label: "squared", code: "# * #") { $0 * $0 },
      NumberMap(words: "doubled", label: "doubled", code: "2 * #") { 2 * $0 },
      NumberMap(words: "cubed", label: "cubed", code: "# ** 3") { $0 * $0 * $0 },
      NumberMap(words: "multiplied by \(k) plus \(c)", label: "times_\(k)_plus_\(c)", code: "# * \(k) + \(c)")
      {
        $0 * k + c
      },
      NumberMap(words: "modulo \(k)", label: "modulo_\(k)", code: "# % \(k)") { Python.modulo($0, k) },
      NumberMap(words: "as an absolute value", label: "absolute", code: "abs(#)") { abs($0) },
    ])
  }
}
