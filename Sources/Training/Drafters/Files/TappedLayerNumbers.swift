package import DraftData
package import FileSystem

/// The two numbers that files give a place in the target's residual stream.
///
/// Engines count either how many layers have been applied there (the top-level key; vLLM, llama.cpp, speculators) or the
/// layer whose output it is, one less (the nested key; SGLang). Both keys are written, so that every reader is right, and
/// a file in which they contradict each other is refused: read wrongly, a drafter accepts next to nothing.
///
/// Sources: SGLang `spec_aux_hidden_state.py`, vLLM `gpu_model_runner.py`, llama.cpp `conversion/llama.py`.
package enum TappedLayerNumbers {
  /// Layers applied, at the top level.
  package static let key = "eagle_aux_hidden_state_layer_ids"
  /// The object in which the outputs' numbers stand.
  package static let nested = "eagle_config"

  /// Both keys for places counted by layers applied.
  ///
  /// - Throws: `InputError` for places that an engine could not be told: before the first layer, or behind the last, where
  ///   no layer's output is, or other than three, which engines insist on.
  package static func members(_ applied: [Int], layerCount: Int) throws(InputError) -> [(String, JSONValue)] {
    guard applied.count == 3, applied.allSatisfy({ (1...layerCount).contains($0) }),
      zip(applied, applied.dropFirst()).allSatisfy({ $0 < $1 })
    else {
      throw InputError(
        .usage, key: "drafter.layers", found: "states taken after \(applied) of \(layerCount) layers",
        expected: "three places from 1 to \(layerCount), low to high, as engines have them")
    }
    return [
      (key, .array(applied.map { .integer($0) })),
      (
        nested,
        ["use_aux_hidden_state": true, key: .array(applied.map { .integer($0 - 1) })]
      ),
    ]
  }

  /// The places that a configuration names, counted by layers applied; nil where it names none.
  ///
  /// - Throws: `InputError` where the two keys contradict each other.
  package static func read(_ config: JSONNode) throws -> [Int]? {
    let range = 0...(1 << 20)
    let applied = try config.optional(key)?.elements.map { try $0.int(in: range) }
    let inner = try config.optional(nested)?.optional(key)
    let outputs = try inner?.elements.map { try $0.int(in: range) + 1 }
    if let applied, let outputs, applied != outputs, let inner {
      throw inner.error(
        found: "outputs of layers \(outputs.map { $0 - 1 }), and \(key) says \(applied)",
        expected: "\(applied.map { $0 - 1 }): the top level counts layers applied, one more",
        remedy: "Find out which of them the drafter was trained with, and correct the other")
    }
    return applied ?? outputs
  }
}
