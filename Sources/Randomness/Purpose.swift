/// What random numbers are drawn for. One seed gives every purpose its own stream, so that drawing more for one
/// never shifts another.
public struct Purpose: Sendable, Hashable {
  /// The number mixed into the key.
  public let rawValue: UInt32

  private init(_ rawValue: UInt32) { self.rawValue = rawValue }

  /// First values of the parameters.
  public static let initialization = Purpose(1)
  /// The order of documents within an epoch.
  public static let shuffle = Purpose(2)
  /// Which source of a mixture comes next.
  public static let mixture = Purpose(3)
  /// Tokens that a model writes.
  public static let sampling = Purpose(4)
  /// Tokens that a drafter proposes.
  public static let drafting = Purpose(5)
  /// Accepting, rejecting and resampling drafted tokens.
  public static let verification = Purpose(6)
  /// Resampling for confidence intervals.
  public static let bootstrap = Purpose(7)
  /// Documents of the synthetic generator.
  public static let synthesis = Purpose(8)
  /// Noise added during training.
  public static let noise = Purpose(9)
  /// Splitting held-out items off.
  public static let split = Purpose(10)

  /// A purpose of a test or an extension; `index` counts from 0.
  public static func other(_ index: UInt16) -> Purpose { Purpose(0x1_0000 + UInt32(index)) }
}
