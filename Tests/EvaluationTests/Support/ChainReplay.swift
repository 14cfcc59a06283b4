import Evaluation

/// Counts greedy cycles by walking along finished texts: what speculative decoding must log, found without
/// caches, batches or rollback.
enum ChainReplay {
  /// The log of whole cycles, draft lengths cut nowhere; a cycle needs room for the draft and the target's token.
  static func log(
    _ requests: [DecodingRequest], _ completions: [Completion], drafter: some SequenceModel, draftLength: Int
  ) throws -> AcceptanceLog {
    var log = AcceptanceLog(domains: requests.map(\.domain))
    for (index, request) in requests.enumerated() {
      let text = request.prompt + completions[index].tokens
      var place = request.prompt.count + 1
      while place + draftLength + 1 <= request.prompt.count + request.maximumNewTokens {
        var accepted = 0
        while accepted < draftLength,
          try next(drafter, after: Array(text[..<(place + accepted)])) == text[place + accepted]
        { accepted += 1 }
        log.record(
          VerificationCycle(
            drafted: draftLength, accepted: accepted, emitted: accepted + 1, isCut: false), prompt: index)
        place += accepted + 1
      }
    }
    return log
  }

  /// The greedy token after a context that is read anew.
  private static func next(_ model: some SequenceModel, after context: [Int32]) throws -> Int32 {
    try model.forward(
      tokens: context, sequences: context.map { _ in 0 }, positions: context.indices.map { Int32($0) },
      outputs: [context.count - 1])
    return model.argmax(output: 0)
  }
}
