package import DraftData
internal import FileSystem

/// Asks a server for numbered texts, several at a time, and hands the answers on in the order of their numbers.
///
/// One thread does it all: answers come into a mailbox, and between two looks into it the thread that called `run`
/// waits, a tenth of a second at most, so that a request to stop is heard at once.
package struct OrderedExchange<Clock: ExchangeClock> {
  private enum Place {
    /// On its way.
    case sent(HTTPRequest, attempt: Int, any HTTPDelivery, deadline: Double)
    /// Has failed and is sent again at a time.
    case resting(HTTPRequest, attempt: Int, until: Double)
    /// Has come, before the answers that stand before it.
    case answered(JSONNode)
  }

  /// How many texts may be begun for each that is in flight: answers that come early wait in memory.
  private static var lead: Int { 4 }
  private static var longestWait: Double { 0.1 }
  /// Seconds between two lines about trouble.
  private static var silence: Double { 30 }

  private let transport: any HTTPTransport
  private let clock: Clock
  private let policy: RetryPolicy
  private let concurrency: Int
  private let reader: AnswerReader
  private let trouble: (String) -> Void
  private let mailbox = Mailbox()
  private var places: [Int: Place] = [:]
  private var handed = 0
  private var begun = 0
  /// Nothing is sent before: a server has asked for patience.
  private var quietUntil = -Double.infinity
  private var silentUntil = -Double.infinity

  /// - Parameters:
  ///   - concurrency: requests in flight at most.
  ///   - reader: says what an answer is.
  ///   - trouble: hears, at most every half minute, why a text is asked for again.
  package init(
    _ transport: any HTTPTransport, clock: Clock, policy: RetryPolicy, concurrency: Int, reader: AnswerReader,
    trouble: @escaping (String) -> Void = { _ in }
  ) {
    precondition(concurrency > 0, "an exchange of no requests")
    (self.transport, self.clock, self.policy) = (transport, clock, policy)
    (self.concurrency, self.reader, self.trouble) = (concurrency, reader, trouble)
  }

  /// Asks for the texts of a range until all are there, or `answer` wants no more; what is in flight then is given up.
  ///
  /// - Parameters:
  ///   - request: what to send for a text.
  ///   - checkForStop: throws what is to end the exchange.
  ///   - answer: takes the answers in order; returns whether it wants another.
  /// - Throws: `InputError` for an answer that no further attempt would mend, and for one text that failed too often;
  ///   whatever the closures throw.
  package mutating func run(
    _ range: Range<Int>, request: (Int) throws -> HTTPRequest, checkForStop: () throws -> Void,
    answer: (Int, JSONNode) throws -> Bool
  ) throws {
    (handed, begun) = (range.lowerBound, range.lowerBound)
    defer { giveUp() }
    while true {
      try checkForStop()
      for letter in mailbox.takeAll() { try open(letter) }
      try failWhatIsLate()
      while case .answered(let node)? = places[handed] {
        places[handed] = nil
        handed += 1
        guard try answer(handed - 1, node) else { return }
      }
      guard handed < range.upperBound else { return }
      try sendWhatMay(before: range.upperBound, request)
      clock.wait(for: mailbox, atMost: waitingTime)
    }
  }

  private var sentCount: Int {
    places.values.reduce(0) { if case .sent = $1 { $0 + 1 } else { $0 } }
  }

  /// Texts that are begun and not handed on, in order.
  private var open: Range<Int> { handed..<begun }

  private mutating func sendWhatMay(before end: Int, _ request: (Int) throws -> HTTPRequest) throws {
    let now = clock.now
    guard now >= quietUntil else { return }
    var free = concurrency - sentCount
    for index in open where free > 0 {
      guard case .resting(let request, let attempt, let until)? = places[index], until <= now else {
        continue
      }
      send(request, attempt: attempt + 1, for: index)
      free -= 1
    }
    while free > 0, begun < end, begun - handed < Self.lead * concurrency {
      send(try request(begun), attempt: 1, for: begun)
      begun += 1
      free -= 1
    }
  }

  private mutating func send(_ request: HTTPRequest, attempt: Int, for index: Int) {
    let mailbox = mailbox
    let delivery = transport.send(request) {
      mailbox.put(Mailbox.Letter(index: index, attempt: attempt, result: $0))
    }
    places[index] = .sent(request, attempt: attempt, delivery, deadline: clock.now + policy.timeout)
  }

  private mutating func open(_ letter: Mailbox.Letter) throws {
    // What was given up for being late may come yet.
    guard case .sent(let request, let attempt, _, _)? = places[letter.index], attempt == letter.attempt else {
      return
    }
    switch letter.result {
    case .failure(let failure):
      try rest(letter.index, request, attempt, because: failure.reason, retryAfter: nil)
    case .success(let response):
      switch try reader.read(response, text: letter.index) {
      case .answer(let node): places[letter.index] = .answered(node)
      case .trouble(let reason):
        let asked = response.retryAfter.flatMap {
          RetryPolicy.seconds(retryAfter: $0, wallSeconds: clock.wallSeconds)
        }
        try rest(letter.index, request, attempt, because: reason, retryAfter: asked)
      }
    }
  }

  private mutating func failWhatIsLate() throws {
    let now = clock.now
    for index in open {
      guard case .sent(let request, let attempt, let delivery, let deadline)? = places[index], deadline <= now
      else { continue }
      delivery.cancel()
      let reason = "no answer within \(policy.timeout) seconds"
      try rest(index, request, attempt, because: reason, retryAfter: nil)
    }
  }

  private mutating func rest(
    _ index: Int, _ request: HTTPRequest, _ attempt: Int, because reason: String, retryAfter: Double?
  ) throws {
    guard attempt < policy.attempts else {
      throw InputError(
        .inputOutput, file: request.url, key: "text \(index)",
        found: "\(reason) (attempt \(attempt) of \(policy.attempts))", expected: "an answer",
        remedy: "See to the server; what the corpus holds on the disk stays")
    }
    let delay = max(policy.delay(after: attempt, text: index), retryAfter ?? 0)
    places[index] = .resting(request, attempt: attempt, until: clock.now + delay)
    tell("text \(index): \(reason); asked again in \(Int(delay.rounded(.up))) s")
    if let retryAfter { quietUntil = max(quietUntil, clock.now + retryAfter) }
  }

  /// One line now and then: a server in trouble gives every text the same.
  private mutating func tell(_ line: String) {
    guard clock.now >= silentUntil else { return }
    silentUntil = clock.now + Self.silence
    trouble(line)
  }

  /// Seconds until something has to be done even if no answer comes.
  private var waitingTime: Double {
    var due = clock.now + Self.longestWait
    for index in open {
      switch places[index] {
      case .sent(_, _, _, let deadline): due = min(due, deadline)
      case .resting(_, _, let until): due = min(due, max(until, quietUntil))
      case .answered, nil: break
      }
    }
    return max(0, due - clock.now)
  }

  private mutating func giveUp() {
    for index in open {
      if case .sent(_, _, let delivery, _)? = places[index] { delivery.cancel() }
    }
    places = [:]
  }
}
