import DraftData
import FileSystem
import Serving
import TestSupport
import Testing

@Suite struct OrderedExchangeTests {
  private static let url = "http://server/v1/completions"

  private static func request(_ index: Int) -> HTTPRequest {
    HTTPRequest(url: url, headers: [], body: Array("\(index)".utf8))
  }

  private static func text(of request: HTTPRequest) -> Int {
    Int(String(decoding: request.body, as: UTF8.self)) ?? -1
  }

  /// The texts in the order in which they are handed on.
  private static func handed(
    _ server: SimulatedServer, _ range: Range<Int>, policy: RetryPolicy = RetryPolicy(), concurrency: Int = 4,
    trouble: @escaping (String) -> Void = { _ in }, checkForStop: () throws -> Void = {},
    wants: (Int) -> Bool = { _ in true }
  ) throws -> [Int] {
    var exchange = OrderedExchange(
      server, clock: server, policy: policy, concurrency: concurrency, reader: AnswerReader(url: url),
      trouble: trouble)
    var texts: [Int] = []
    try exchange.run(
      range, request: request, checkForStop: checkForStop,
      answer: { index, node in
        let text = try node.required("text").int
        #expect(text == index)
        texts.append(index)
        return wants(index)
      })
    return texts
  }

  private static func answer(_ request: HTTPRequest) -> SimulatedServer.Reply {
    .success(.json("{\"text\": \(text(of: request))}"))
  }

  @Test func answersAreHandedOnInOrderWhateverTheOrderInWhichTheyCome() throws {
    let server = SimulatedServer { request, _ in
      (Double((Self.text(of: request) * 7919) % 13), Self.answer(request))
    }
    #expect(try Self.handed(server, 3..<60) == Array(3..<60))
    #expect(server.mostInFlight == 4)
    #expect(server.requests.count == 57)
  }

  @Test func aSlowTextHoldsTheOthersUpBeforeTheyFillTheMemory() throws {
    let server = SimulatedServer { request, _ in
      (Self.text(of: request) == 0 ? 1000 : 1, Self.answer(request))
    }
    let policy = RetryPolicy(timeout: 2000)
    #expect(try Self.handed(server, 0..<100, policy: policy) == Array(0..<100))
    #expect(server.times.count { $0 < 1000 } == 16)
  }

  @Test func whoHasEnoughGivesUpWhatIsInFlight() throws {
    let server = SimulatedServer { request, _ in (1, Self.answer(request)) }
    #expect(try Self.handed(server, 0..<Int.max, wants: { $0 < 9 }) == Array(0...9))
    #expect(server.cancelledCount > 0 && server.requests.count < 20)
  }

  @Test(arguments: [429, 500, 503]) func troubleThatPassesIsWaitedForLongerAndLonger(status: Int) throws {
    let server = SimulatedServer { request, number in
      (0, number < 5 ? .success(.json("{}", status: status)) : Self.answer(request))
    }
    var lines: [String] = []
    #expect(
      try Self.handed(
        server, 0..<1, policy: RetryPolicy(firstDelay: 1, longestDelay: 6), trouble: { lines.append($0) })
        == [0])
    let waits = zip(server.times.dropFirst(), server.times).map { $0 - $1 }
    for (wait, whole) in zip(waits, [1.0, 2, 4, 6, 6]) {
      #expect(wait >= whole / 2 - 1e-9 && wait <= whole + 1e-9, "\(waits)")
    }
    #expect(lines.count == 1 && lines[0].hasPrefix("text 0: status \(status): {}; asked again in 1 s"))
  }

  @Test func retryAfterIsHonouredByAllTexts() throws {
    let server = SimulatedServer { request, number in
      (1, number == 0 ? .success(.json("{}", status: 429, retryAfter: "120")) : Self.answer(request))
    }
    #expect(try Self.handed(server, 0..<8, concurrency: 1) == Array(0..<8))
    #expect(server.times[0] == 0 && server.times[1] >= 121 && server.times[1] < 122)
  }

  @Test func retryAfterMayBeADate() {
    let noon = 1_767_268_800.0
    #expect(RetryPolicy.seconds(retryAfter: "Thu, 01 Jan 2026 12:01:30 GMT", wallSeconds: noon) == 90)
    #expect(RetryPolicy.seconds(retryAfter: "Thu, 01 Jan 2026 11:00:00 GMT", wallSeconds: noon) == 0)
    #expect(RetryPolicy.seconds(retryAfter: " 7 ", wallSeconds: noon) == 7)
    #expect(RetryPolicy.seconds(retryAfter: "-7", wallSeconds: noon) == nil)
    #expect(RetryPolicy.seconds(retryAfter: "soon", wallSeconds: noon) == nil)
  }

  @Test func delaysAreTheSameEveryTimeAndNotTheSameForAll() {
    let policy = RetryPolicy()
    #expect(policy.delay(after: 3, text: 5) == policy.delay(after: 3, text: 5))
    #expect(Set((0..<20).map { policy.delay(after: 1, text: $0) }).count == 20)
  }

  @Test func brokenConnectionsAndHalfAnswersAreTriedAgain() throws {
    let server = SimulatedServer { request, number in
      switch number {
      case 0: (0, .failure(TransportFailure("transfer closed with 97 bytes remaining to read")))
      case 1: (0, .success(.json("{\"text\": 0")))
      case 2: (0, .success(.json("")))
      default: (0, Self.answer(request))
      }
    }
    #expect(try Self.handed(server, 0..<1) == [0])
    #expect(server.requests.count == 4)
  }

  @Test func aTextThatFailsTooOftenEndsTheExchange() throws {
    let server = SimulatedServer { request, _ in
      (
        0,
        Self.text(of: request) == 2
          ? .success(.json(#"{"error": {"message": "out of memory"}}"#, status: 500)) : Self.answer(request)
      )
    }
    let error = #expect(throws: InputError.self) {
      _ = try Self.handed(server, 0..<9, policy: RetryPolicy(attempts: 3))
    }
    #expect(error?.code == .inputOutput && error?.file == Self.url && error?.key == "text 2")
    #expect(error?.found == "status 500: out of memory (attempt 3 of 3)")
  }

  @Test func aLateAnswerIsGivenUpAndAskedForAgain() throws {
    let server = SimulatedServer { request, number in (number == 0 ? 31 : 1, Self.answer(request)) }
    #expect(try Self.handed(server, 0..<1, policy: RetryPolicy(timeout: 30)) == [0])
    #expect(server.cancelledCount == 1 && server.times[1] >= 30.5 && server.times[1] <= 31.1)
  }

  @Test(arguments: [
    (400, #"{"error": {"message": "max_tokens is too large"}}"#, "status 400: max_tokens is too large"),
    (401, #"{"detail": "Invalid API key"}"#, "status 401: Invalid API key"),
    (404, #"{"object": "error", "message": "no model x"}"#, "status 404: no model x"),
    (422, "not JSON\u{1B}[31m", #"status 422: not JSON\u{1b}[31m"#), (302, "", "status 302"),
  ])
  func whatStaysWrongIsSaidAtOnceInTheServersWords(status: Int, body: String, found: String) throws {
    let server = SimulatedServer { _, _ in (0, .success(.json(body, status: status))) }
    let error = #expect(throws: InputError.self) { _ = try Self.handed(server, 0..<1) }
    #expect(error?.found == found && error?.code == .usage)
    #expect(server.requests.count == 1)
  }

  @Test func aRequestToStopIsHeardWhileNothingComes() throws {
    struct Stop: Error {}
    let server = SimulatedServer { request, _ in (500, Self.answer(request)) }
    #expect(throws: Stop.self) {
      _ = try Self.handed(server, 0..<9, checkForStop: { if server.now > 3 { throw Stop() } })
    }
    #expect(server.now < 3.2 && server.cancelledCount == 4)
  }
}
