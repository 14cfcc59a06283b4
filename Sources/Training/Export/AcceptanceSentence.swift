internal import DraftData

/// One sentence on what was measured; empty where nothing was.
struct AcceptanceSentence {
  private let acceptance: JSONValue?

  init(_ acceptance: JSONValue?) { self.acceptance = acceptance }

  var text: String {
    guard let tau = number("tau") else { return "" }
    let rate = number("acceptance_rate").map { ", acceptance rate \($0)" } ?? ""
    return "\nMeasured with that target: mean acceptance length τ = \(tau) tokens a cycle\(rate).\n"
  }

  /// A figure to three decimals.
  private func number(_ key: String) -> String? {
    let value: Double? =
      switch acceptance?[key] {
      case .number(let number): number
      case .integer(let number): Double(number)
      default: nil
      }
    guard let value, abs(value) < 1e6 else { return nil }
    let thousandths = Int((abs(value) * 1000).rounded())
    let fraction = String(thousandths % 1000)
    let padded = String(repeating: "0", count: 3 - fraction.count) + fraction
    return "\(value < 0 ? "-" : "")\(thousandths / 1000).\(padded)"
  }
}
