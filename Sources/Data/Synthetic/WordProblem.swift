/// A grade-school word problem with its worked solution, in the manner of GSM8K: steps that show their arithmetic as
/// `48/2 = <<48/2=24>>24`, then `#### 24`.
struct WordProblem {
  /// What is asked.
  let question: String
  /// One line per step.
  let steps: [String]
  /// The number asked for.
  let answer: Int

  /// Steps and answer as text.
  var solution: String { (steps + ["#### \(answer)"]).joined(separator: "\n") }

  /// Any of the kinds.
  static func random(_ draws: inout Draws) -> WordProblem {
    let setting = ProblemSetting(&draws)
    return draws.pick(kinds)(setting, &draws)
  }

  typealias Kind = @Sendable (ProblemSetting, inout Draws) -> WordProblem

  static let kinds: [Kind] = counting + money + time

  /// `3+4 = <<3+4=7>>7`, or with `unit` `$`: `3+4 = $<<3+4=7>>7`.
  static func shown(_ expression: String, _ value: Int, unit: String = "") -> String {
    "\(expression) = \(unit)<<\(expression)=\(value)>>\(value)"
  }
}
