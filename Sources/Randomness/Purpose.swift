/// What random numbers are drawn for. One seed gives every purpose its own stream, so that drawing more for one
/// never shifts another.
package struct Purpose: Sendable, Hashable {
  /// The number mixed into the key.
  package let rawValue: UInt32

  private init(_ rawValue: UInt32) { self.rawValue = rawValue }

  /// First values of the parameters.
  package static let initialization = Purpose(1)
  /// The order of documents within an epoch.
  package static let shuffle = Purpose(2)
  /// Which source of a mixture comes next.
  package static let mixture = Purpose(3)
  /// Tokens that a model writes.
  package static let sampling = Purpose(4)
  /// Tokens that a drafter proposes.
  package static let drafting = Purpose(5)
  /// Accepting, rejecting and resampling drafted tokens.
  package static let verification = Purpose(6)
  /// Resampling for confidence intervals.
  package static let bootstrap = Purpose(7)
  /// Documents of the synthetic generator.
  package static let synthesis = Purpose(8)
  /// Noise added during training.
  package static let noise = Purpose(9)
  /// Splitting held-out items off.
  package static let split = Purpose(10)
  /// What a server is sent along with a text: its seed, and how long to wait before asking again.
  package static let serving = Purpose(11)
  /// Drafts from which an acceptance head learns.
  package static let acceptance = Purpose(12)

  /// A purpose of a test or an extension; `index` counts from 0.
  package static func other(_ index: UInt16) -> Purpose { Purpose(0x1_0000 + UInt32(index)) }
}
