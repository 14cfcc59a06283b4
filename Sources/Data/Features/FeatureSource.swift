package import FileSystem

/// Where the hidden states of a token store's documents come from while batches are packed.
package protocol FeatureSource: Sendable {
  /// Which states of every token it gives.
  var states: [FeatureState] { get }
  /// Width of a state.
  var width: Int { get }
  /// A hash of what decides the numbers, for telling whether data has changed since a checkpoint.
  var fingerprint: UInt64 { get }

  /// Reads all states of some tokens of a document. Works on any thread, one call at a time.
  ///
  /// - Parameters:
  ///   - tokens: places in the document.
  ///   - values: an array for each state, rows of `width` numbers; those from `row` on are written.
  /// - Throws: `InputError` naming file and dataset.
  func read(
    _ tokens: Range<Int>, of document: Int, into values: inout [[Float]], at row: Int
  ) throws(InputError)
}
