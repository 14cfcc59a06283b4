/// A prompt to be continued, and how.
package struct DecodingRequest: Sendable, Hashable {
  /// The prompt; at least one token.
  package let prompt: [Int32]
  /// How many new tokens at most.
  package let maximumNewTokens: Int
  /// How tokens are chosen.
  package let sampling: SamplingSettings
  /// The number of the prompt over the whole run, which picks its random numbers.
  package let sequence: UInt64
  /// What kind of text it is, or nil.
  package let domain: String?

  /// A request with its parts.
  package init(
    prompt: [Int32], maximumNewTokens: Int, sampling: SamplingSettings = .greedy, sequence: UInt64,
    domain: String? = nil
  ) {
    self.prompt = prompt
    self.maximumNewTokens = maximumNewTokens
    self.sampling = sampling
    self.sequence = sequence
    self.domain = domain
  }
}
