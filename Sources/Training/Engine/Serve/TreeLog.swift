internal import DraftData
package import Evaluation
internal import FileSystem

/// Every draft tree of an evaluation as JSON lines, for other programs.
package enum TreeLog {
  /// Writes `{"prompt": 0, "position": 24, "tokens": […], "parents": […], "log_probabilities": […], "accepted": […],
  /// "token": 5}` for each cycle: the nodes, the root first, with their tokens, the indices of their parents (-1 for the
  /// root's) and the drafter's log-probabilities of their paths, null where that is −∞ and none at all for a chain of a
  /// language model; the accepted nodes, and the target's own token behind them.
  ///
  /// - Throws: `InputError` when the file cannot be written.
  package static func write(_ trees: [VerifiedTree], to path: String) throws {
    var bytes: [UInt8] = []
    for it in trees {
      bytes += try JSONValue.object(line(it)).serializedBytes(pretty: false) + [0x0A]
    }
    try DurableFile.write(bytes, to: path)
  }

  /// What is written of one tree.
  static func line(_ it: VerifiedTree) -> JSONObject {
    var line = JSONObject()
    line["prompt"] = .integer(it.prompt)
    line["position"] = .integer(it.position)
    line["tokens"] = .array(it.tree.tokens.map { .integer(Int($0)) })
    line["parents"] = .array(it.tree.parents.map { .integer($0) })
    line["log_probabilities"] = .array(
      (it.tree.pathLogProbabilities ?? []).map { $0.isFinite ? .number($0) : .null })
    line["accepted"] = .array(it.verdict.acceptedNodes.map { .integer($0) })
    line["token"] = .integer(Int(it.verdict.token))
    return line
  }
}
