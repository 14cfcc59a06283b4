/// A language model with a key/value cache of several lines: the seam between decoding and models.
///
/// A line holds one sequence, and its positions are overwritten freely: rolling back costs nothing, because
/// writing position n makes everything behind it on that line invalid. Within one call a row attends to the
/// positions up to its own on its line, those written by earlier rows of the same call included.
///
/// Letters: `n` rows of a call, `m` rows that are read, `v` the size of the vocabulary.
package protocol SequenceModel: AnyObject {
  /// The size of the vocabulary.
  var vocabularySize: Int { get }
  /// How many sequences the cache holds side by side.
  var lineCount: Int { get }
  /// How many positions a line holds.
  var capacity: Int { get }
  /// The most rows that one call should carry; never below `lineCount`.
  var rowLimit: Int { get }

  /// Runs the model on `n` rows and makes the logits of some of them readable until the next call.
  ///
  /// Rows of one line come in ascending positions without gaps, and every position below them has been written.
  ///
  /// - Parameters:
  ///   - tokens: `[n]`, each in `0 ..< v`.
  ///   - sequences: `[n]` cache lines, each in `0 ..< lineCount`.
  ///   - positions: `[n]`, each in `0 ..< capacity`.
  ///   - outputs: `[m]` the rows whose logits will be read; none where a prompt is only taken in.
  func forward(tokens: [Int32], sequences: [Int32], positions: [Int32], outputs: [Int]) throws

  /// The greedy token of entry `output` of the last call's outputs; the lowest index among equals.
  func argmax(output: Int) -> Int32

  /// A token for each output of the last call: where its temperature is 0 the greedy one, else the one at which the
  /// running sum of e^(logit/temperature) passes its uniform number times their total.
  ///
  /// - Parameters:
  ///   - temperatures: `[m]`, none negative.
  ///   - uniforms: `[m]`, in [0, 1).
  /// - Returns: nil where the model cannot do it any faster than one by one from copied logits.
  func draw(temperatures: [Float], uniforms: [Double]) -> [Int32]?

  /// The state that the head reads at row `row` of the last call, for those who predict acceptance.
  func state(ofRow row: Int) -> ArraySlice<Float>

  /// Copies the logits `[v]` of entry `output` of the last call's outputs to `buffer`, which has v elements.
  func copyLogits(output: Int, into buffer: inout [Float])
}

extension SequenceModel {
  /// 512 rows, or one per line where there are more lines.
  package var rowLimit: Int { max(512, lineCount) }

  /// None is shown.
  package func state(ofRow row: Int) -> ArraySlice<Float> {
    preconditionFailure("\(type(of: self)) shows no states")
  }

  /// One by one.
  package func draw(temperatures: [Float], uniforms: [Double]) -> [Int32]? { nil }
}
