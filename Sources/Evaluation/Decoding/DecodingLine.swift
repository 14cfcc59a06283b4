/// A sequence while it is being decoded on one cache line.
struct DecodingLine {
  /// The index of its request.
  let request: Int
  let cacheLine: Int32
  let sampling: SamplingSettings
  let sequence: UInt64
  let promptCount: Int
  /// The prompt and the new tokens so far.
  private(set) var tokens: [Int32]
  /// The length at which the line ends: the last token need not fit into the cache.
  private let tokenLimit: Int
  private let endingAtLimit: Completion.Ending
  private(set) var ending: Completion.Ending?

  init(_ request: DecodingRequest, index: Int, cacheLine: Int32, capacity: Int) {
    self.request = index
    self.cacheLine = cacheLine
    sampling = request.sampling
    sequence = request.sequence
    tokens = request.prompt
    promptCount = request.prompt.count
    let room = capacity + 1 - promptCount
    let wanted = max(0, request.maximumNewTokens)
    tokenLimit = promptCount + min(wanted, room)
    endingAtLimit = wanted <= room ? .tokenLimit : .capacity
    if wanted == 0 { ending = .tokenLimit }
  }

  /// How many tokens are still to come at most.
  var room: Int { tokenLimit - tokens.count }

  /// How many tokens the line has been given.
  var newTokenCount: Int { tokens.count - promptCount }

  /// Appends accepted tokens and the target's own behind them, up to an end; returns how many were appended.
  mutating func append(
    accepted: some Sequence<Int32>, then token: Int32, endTokens: [Int32]
  ) -> Int {
    let before = tokens.count
    for token in accepted where ending == nil { append(token, endTokens: endTokens) }
    if ending == nil { append(token, endTokens: endTokens) }
    return tokens.count - before
  }

  /// Appends a token and sets `ending` where it is the last.
  mutating func append(_ token: Int32, endTokens: [Int32]) {
    precondition(ending == nil && room > 0, "DecodingLine: appending to a finished line")
    tokens.append(token)
    if endTokens.contains(token) {
      ending = .endOfSequence
    } else if room == 0 {
      ending = endingAtLimit
    }
  }
}
