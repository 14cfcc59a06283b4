/// A language model with a key/value cache of several lines: the seam between decoding and models.
///
/// A line holds one sequence, and its positions are overwritten freely: rolling back costs nothing, because
/// writing position n makes everything at n and behind it on that line invalid. Within one call a row attends
/// to the positions below its own on its line, those written by earlier rows of the same call included.
///
/// Letters: `n` rows of a call, `v` the size of the vocabulary.
package protocol SequenceModel: AnyObject {
  /// The size of the vocabulary.
  var vocabularySize: Int { get }
  /// How many sequences the cache holds side by side.
  var lineCount: Int { get }
  /// How many positions a line holds.
  var capacity: Int { get }
  /// The most rows that one call should carry; never below `lineCount`.
  var rowLimit: Int { get }

  /// Runs the model on `n` rows and makes their logits readable until the next call.
  ///
  /// Rows of one line come in ascending positions without gaps, and every position below them has been written.
  /// A model may put off the vocabulary projection of a row until that row is read.
  ///
  /// - Parameters:
  ///   - tokens: `[n]`, each in `0 ..< v`.
  ///   - sequences: `[n]` cache lines, each in `0 ..< lineCount`.
  ///   - positions: `[n]`, each in `0 ..< capacity`.
  func forward(tokens: [Int32], sequences: [Int32], positions: [Int32]) throws

  /// Like `forward`, for rows whose logits nobody will read.
  func fill(tokens: [Int32], sequences: [Int32], positions: [Int32]) throws

  /// The greedy token of a row of the last `forward`; the lowest index among equals.
  func argmax(row: Int) -> Int32

  /// Copies the logits `[v]` of a row of the last `forward` to `buffer[offset ..< offset + v]`.
  func copyLogits(row: Int, into buffer: inout [Float], at offset: Int)
}

extension SequenceModel {
  /// 512 rows, or one per line where there are more lines.
  package var rowLimit: Int { max(512, lineCount) }

  /// Runs the rows like any others.
  package func fill(tokens: [Int32], sequences: [Int32], positions: [Int32]) throws {
    try forward(tokens: tokens, sequences: sequences, positions: positions)
  }
}
