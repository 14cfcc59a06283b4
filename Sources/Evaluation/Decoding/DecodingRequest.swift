/// A prompt to be continued, and how.
public struct DecodingRequest: Sendable, Hashable {
  /// The prompt; at least one token.
  public let prompt: [Int32]
  /// How many new tokens at most.
  public let maximumNewTokens: Int
  /// How tokens are chosen.
  public let sampling: SamplingSettings
  /// The number of the prompt over the whole run, which picks its random numbers.
  public let sequence: UInt64
  /// What kind of text it is, or nil.
  public let domain: String?

  /// A request with its parts.
  public init(
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
