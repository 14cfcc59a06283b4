/// The numbers that a field may hold; for a list, each of its items.
public struct RecipeRange: Sendable, Equatable {
  /// The smallest number, or the bound below it where `excludesLower`.
  public let lower: Double?
  /// The largest number, or the bound above it where `excludesUpper`.
  public let upper: Double?
  /// Whether the lower bound itself is out.
  public let excludesLower: Bool
  /// Whether the upper bound itself is out.
  public let excludesUpper: Bool

  private init(_ lower: Double?, _ upper: Double?, excludesLower: Bool = false, excludesUpper: Bool = false) {
    self.lower = lower
    self.upper = upper
    self.excludesLower = excludesLower
    self.excludesUpper = excludesUpper
  }

  /// Greater than zero.
  public static let positive = RecipeRange(0, nil, excludesLower: true)
  /// Zero or greater.
  public static let nonNegative = RecipeRange(0, nil)
  /// Zero to one, both included.
  public static let unit = RecipeRange(0, 1)
  /// Zero included, one not: decay rates.
  public static let belowOne = RecipeRange(0, 1, excludesUpper: true)
  /// Greater than zero, one included.
  public static let fraction = RecipeRange(0, 1, excludesLower: true)
  /// `smallest` or greater.
  public static func atLeast(_ smallest: Double) -> RecipeRange { RecipeRange(smallest, nil) }
  /// From `smallest` to `largest`, both included.
  public static func between(_ smallest: Double, _ largest: Double) -> RecipeRange {
    RecipeRange(smallest, largest)
  }

  func contains(_ number: Double) -> Bool {
    if let lower, excludesLower ? number <= lower : number < lower { return false }
    if let upper, excludesUpper ? number >= upper : number > upper { return false }
    return true
  }

  /// `from 1 to 10`, `greater than 0 and at most 1`.
  public var description: String {
    if let lower, let upper, !excludesLower, !excludesUpper {
      return "from \(RecipeText.number(lower)) to \(RecipeText.number(upper))"
    }
    var bounds = [String]()
    if let lower {
      bounds.append((excludesLower ? "greater than " : "of at least ") + RecipeText.number(lower))
    }
    if let upper { bounds.append((excludesUpper ? "less than " : "at most ") + RecipeText.number(upper)) }
    return bounds.joined(separator: " and ")
  }
}
