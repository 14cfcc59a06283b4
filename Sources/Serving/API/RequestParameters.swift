package import DraftData
package import FileSystem

/// What else a kind of server understands: `repeat_penalty`, `top_k`, `return_tokens_as_token_ids`.
package struct RequestParameters: Sendable, Equatable {
  /// As they stand in every request.
  package let object: JSONObject

  /// What requests hold anyway, and what would change the form of an answer.
  private static let taken = [
    "model", "prompt", "messages", "tools", "max_tokens", "temperature", "top_p", "seed", "logprobs",
    "top_logprobs", "n", "best_of", "stream", "echo", "suffix", "stop",
  ]

  /// None.
  package init() { object = JSONObject() }

  /// Parameters by name. A value is JSON where it can be read as such (`1.1`, `true`, `null`, `[1]`), else text.
  ///
  /// - Throws: `InputError` for a name that a request uses already, or one that stands twice.
  package init(_ values: [(name: String, text: String)]) throws(InputError) {
    var object = JSONObject()
    for (name, text) in values {
      guard !Self.taken.contains(name) else {
        throw InputError(
          .usage, key: "parameters.\(name)", found: "a parameter that Pacer sets itself",
          remedy: "Use the setting of that name, or leave it out")
      }
      guard object[name] == nil else {
        throw InputError(.usage, key: "parameters.\(name)", found: "two values", expected: "one")
      }
      object[name] = JSONValue(setting: text)
    }
    self.object = object
  }

  /// `repeat_penalty=1, top_k=0`; empty for none.
  package var description: String {
    object.members.map { "\($0.key)=\((try? $0.value.serialized()) ?? "")" }.joined(separator: ", ")
  }
}
