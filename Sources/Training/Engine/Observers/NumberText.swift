internal import Foundation

/// Numbers for people, the same in every locale.
package enum NumberText {
  /// With `digits` after the point.
  package static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return "\(value)" }
    return value.formatted(
      .number.precision(.fractionLength(digits)).grouping(.never).locale(Locale(identifier: "en_US_POSIX")))
  }

  /// The same, or a dash where there is no number.
  package static func figure(_ value: Double?, _ digits: Int) -> String {
    value.map { fixed($0, digits) } ?? "-"
  }

  /// `1.10–1.16`
  package static func range(_ lower: Double, _ upper: Double, _ digits: Int) -> String {
    fixed(lower, digits) + "–" + fixed(upper, digits)
  }

  /// As `fixed`, with a sign.
  static func signed(_ value: Double, _ digits: Int) -> String {
    (value < 0 ? "" : "+") + fixed(value, digits)
  }

  /// `3.0e-04`
  static func scientific(_ value: Double) -> String {
    guard value.isFinite, value > 0 else { return fixed(value, 0) }
    var exponent = Int(log10(value).rounded(.down))
    var mantissa = fixed(value / pow(10, Double(exponent)), 1)
    if mantissa == "10.0" {
      mantissa = "1.0"
      exponent += 1
    }
    let digits = String(abs(exponent))
    return "\(mantissa)e\(exponent < 0 ? "-" : "+")\(digits.count < 2 ? "0" : "")\(digits)"
  }

  /// `1,234,567`
  package static func grouped(_ value: Int) -> String {
    var digits = String(abs(value))
    var groups = [String]()
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits = String(digits.dropLast(3))
    }
    return (value < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
  }

  /// `7 kB`, `0.4 MB`, `912 MB`, `3.2 GB`, in powers of 1024.
  package static func size(_ bytes: Int) -> String {
    let mebibytes = Double(bytes) / 1_048_576
    if bytes > 0, mebibytes < 0.1 { return fixed((Double(bytes) / 1024).rounded(.up), 0) + " kB" }
    if mebibytes > 0, mebibytes < 10 { return fixed(mebibytes, 1) + " MB" }
    return mebibytes < 1000 ? fixed(mebibytes, 0) + " MB" : fixed(mebibytes / 1024, 1) + " GB"
  }

  /// `42s`, `3m05s`, `1h12m`, `2d03h`.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "?" }
    let whole = Int(max(0, seconds.rounded()))
    func pair(_ first: Int, _ unit: String, _ second: Int, _ subunit: String) -> String {
      "\(first)\(unit)\(second < 10 ? "0" : "")\(second)\(subunit)"
    }
    switch whole {
    case ..<60: return "\(whole)s"
    case ..<3600: return pair(whole / 60, "m", whole % 60, "s")
    case ..<86_400: return pair(whole / 3600, "h", whole % 3600 / 60, "m")
    default: return pair(whole / 86_400, "d", whole % 86_400 / 3600, "h")
    }
  }
}
