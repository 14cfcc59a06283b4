package import DraftData

/// How long one thing took, and how much of it was done in that time.
package struct Measurement: Sendable {
  package let name: String
  package let seconds: Samples
  /// What one repetition did, in `unit`.
  package let amount: Double
  /// Of `amount`: tokens, parameters, MB, GFLOP.
  package let unit: String

  /// Amount a second in the median repetition.
  package var rate: Double { amount / seconds.median }

  /// One object.
  package var json: JSONValue {
    [
      "name": .string(name), "median_s": .number(seconds.median), "least_s": .number(seconds.least),
      "rate": .number(rate), "unit": .string(unit + "/s"),
    ]
  }

  /// One line for a person.
  package var line: String {
    let time = NumberText.fixed(seconds.median * 1000, 3)
    let least = NumberText.fixed(seconds.least * 1000, 3)
    return "\(name)\t\(time) ms (least \(least))\t\(NumberText.fixed(rate, rate < 100 ? 2 : 0)) \(unit)/s"
  }
}
