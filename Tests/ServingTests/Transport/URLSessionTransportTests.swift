import Serving
import Testing

@Suite struct URLSessionTransportTests {
  @Test func aServerThatIsNotThereIsAFailureAndNoMore() throws {
    let transport = URLSessionTransport(connections: 1)
    let mailbox = Mailbox()
    // Nobody listens at the discard port.
    let request = HTTPRequest(url: "http://127.0.0.1:9/v1/completions", headers: [], body: [0x7B, 0x7D])
    _ = transport.send(request) { mailbox.put(.init(index: 0, attempt: 1, result: $0)) }
    let clock = SystemClock()
    let end = clock.now + 20
    while mailbox.isEmpty, clock.now < end { clock.wait(for: mailbox, atMost: 1) }
    let letters = mailbox.takeAll()
    #expect(letters.count == 1)
    guard case .failure(let failure)? = letters.first?.result else {
      Issue.record("\(letters)")
      return
    }
    #expect(!failure.reason.isEmpty)
  }
}
