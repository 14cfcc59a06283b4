/// The capability of continuing prompts by draft and verify, whatever drafts.
package protocol SpeculativeDecoding {
  /// Continues every prompt.
  ///
  /// - Parameters:
  ///   - requests: any number; each prompt has 1 … `capacity` tokens.
  ///   - maximumLines: how many to decode at a time at most; nil for as many as there is room for.
  ///   - recording: what the outcome is to hold beside texts and log.
  /// - Throws: `InputError` for a prompt that does not fit, and what the models throw.
  func run(
    _ requests: [DecodingRequest], maximumLines: Int?, recording: RunRecording
  ) throws -> SpeculativeOutcome
}

extension SpeculativeDecoding {
  /// Continues every prompt, as many at a time as there is room for.
  package func run(
    _ requests: [DecodingRequest], recording: RunRecording = RunRecording()
  ) throws -> SpeculativeOutcome {
    try run(requests, maximumLines: nil, recording: recording)
  }

  /// Continues every prompt, and records nothing but the log.
  package func run(_ requests: [DecodingRequest], maximumLines: Int?) throws -> SpeculativeOutcome {
    try run(requests, maximumLines: maximumLines, recording: RunRecording())
  }
}
