package import DraftData
internal import FileSystem
internal import Randomness

/// Lets a server write numbered texts and hands them on as documents, in the order of their numbers.
package struct ServedGeneration<Clock: ExchangeClock> {
  /// What does not change from text to text.
  package struct Settings: Sendable {
    package var endpoint: Endpoint
    package var parameters = RequestParameters()
    package var policy = RetryPolicy()
    /// Requests in flight.
    package var concurrency = 16
    package var maximumNewTokens = 256
    package var topP = 1.0
    /// k, the teacher's entries per token; 0 for none.
    package var entryCount = 0
    /// Every text's seed derives from it and the text's number; nil: none is sent.
    package var seed: UInt64?

    package init(endpoint: Endpoint) { self.endpoint = endpoint }
  }

  private let settings: Settings
  private let transport: any HTTPTransport
  private let clock: Clock

  package init(_ settings: Settings, transport: any HTTPTransport, clock: Clock) {
    (self.settings, self.transport, self.clock) = (settings, transport, clock)
  }

  /// Asks for the texts of a range.
  ///
  /// - Parameters:
  ///   - prompt: of a text; the same at every call.
  ///   - texts: makes documents of the answers.
  ///   - trouble: hears now and then why a text is asked for again.
  ///   - checkForStop: throws what is to end the work.
  ///   - append: takes the document of each text in order, nil for one that is left out; returns whether another is wanted.
  /// - Throws: `InputError` for what the server refuses, or answers too often with trouble; whatever the closures throw.
  package func run(
    _ range: Range<Int>, prompt: (Int) throws -> ServedPrompt, texts: inout ServedTexts,
    trouble: @escaping (String) -> Void, checkForStop: () throws -> Void,
    append: (CorpusDocument?) throws -> Bool
  ) throws {
    var exchange = OrderedExchange(
      transport, clock: clock, policy: settings.policy, concurrency: settings.concurrency,
      reader: AnswerReader(url: settings.endpoint.url, secret: settings.endpoint.secret),
      trouble: trouble)
    var asked: [Int: ServedPrompt] = [:]
    try exchange.run(
      range,
      request: { index in
        let prompt = try prompt(index)
        asked[index] = prompt
        return settings.endpoint.request(try body(prompt, index))
      },
      checkForStop: checkForStop,
      answer: { index, response in
        guard let prompt = asked.removeValue(forKey: index) else {
          preconditionFailure("an answer to text \(index), which was not asked for")
        }
        let node = JSONNode(response.value, file: response.file, path: "text \(index)")
        let answers = try ServedAnswer.all(in: node)
        let document = try texts.document(
          answers[0], prompt: prompt.tokens, domain: prompt.domain, temperature: prompt.temperature,
          source: index,
          at: node)
        return try append(document)
      })
  }

  private func body(_ prompt: ServedPrompt, _ index: Int) throws -> [UInt8] {
    try GenerationQuery(
      prompt: prompt.content, maximumNewTokens: settings.maximumNewTokens, temperature: prompt.temperature,
      topP: settings.topP, seed: settings.seed.map { Self.seed(of: index, $0) },
      entryCount: settings.entryCount
    ).body(model: settings.endpoint.model, settings.parameters)
  }

  /// 31 bits, which every server takes.
  private static func seed(of index: Int, _ seed: UInt64) -> Int {
    Int(Philox(seed: seed, purpose: .serving).words(step: 0, index: UInt64(index)).x >> 1)
  }
}
