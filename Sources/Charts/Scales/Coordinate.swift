/// A number as drawings write it: tenths of a pixel, no more digits than it needs.
func coordinate(_ value: Double) -> String {
  precondition(value.isFinite && abs(value) < 1e9, "a coordinate of \(value)")
  let tenths = Int((value * 10).rounded())
  let (whole, rest) = abs(tenths).quotientAndRemainder(dividingBy: 10)
  return (tenths < 0 ? "-" : "") + "\(whole)" + (rest == 0 ? "" : ".\(rest)")
}
