import Serving
import Synchronization

/// A server and the clock on its wall: answers come when it says so, and waiting takes no time.
final class SimulatedServer: HTTPTransport, ExchangeClock {
  typealias Reply = Result<HTTPResponse, TransportFailure>

  private struct Parcel {
    let number: Int
    let due: Double
    let reply: Reply
    let completion: @Sendable (Reply) -> Void
  }

  private struct State {
    var now = 0.0
    var requests: [(time: Double, request: HTTPRequest)] = []
    var parcels: [Parcel] = []
    var mostInFlight = 0
    var cancelled: [Int] = []
  }

  private let state = Mutex(State())
  private let reply: @Sendable (_ request: HTTPRequest, _ number: Int) -> (after: Double, Reply)

  /// - Parameter reply: to the request of that number, from 0, so many seconds after it came.
  init(_ reply: @escaping @Sendable (_ request: HTTPRequest, _ number: Int) -> (after: Double, Reply)) {
    self.reply = reply
  }

  var now: Double { state.withLock { $0.now } }
  /// Noon on the first of January 2026.
  var wallSeconds: Double { 1_767_268_800 + now }
  var requests: [(time: Double, request: HTTPRequest)] { state.withLock { $0.requests } }
  var times: [Double] { requests.map(\.time) }
  var mostInFlight: Int { state.withLock { $0.mostInFlight } }
  var cancelledCount: Int { state.withLock { $0.cancelled.count } }

  func send(_ request: HTTPRequest, _ completion: @escaping @Sendable (Reply) -> Void) -> any HTTPDelivery {
    state.withLock { state in
      let number = state.requests.count
      state.requests.append((state.now, request))
      let (delay, reply) = reply(request, number)
      state.parcels.append(
        Parcel(number: number, due: state.now + delay, reply: reply, completion: completion))
      state.mostInFlight = max(state.mostInFlight, state.parcels.count)
      return Delivery(server: self, number: number)
    }
  }

  func wait(for mailbox: Mailbox, atMost seconds: Double) {
    guard mailbox.isEmpty else { return }
    let parcel = state.withLock { state -> Parcel? in
      let next = state.parcels.indices.min { state.parcels[$0].due < state.parcels[$1].due }
      guard let next, state.parcels[next].due <= state.now + seconds else {
        state.now += seconds
        return nil
      }
      state.now = max(state.now, state.parcels[next].due)
      return state.parcels.remove(at: next)
    }
    parcel?.completion(parcel?.reply ?? .failure(TransportFailure("nothing")))
  }

  private func cancel(_ number: Int) {
    state.withLock { state in
      state.parcels.removeAll { $0.number == number }
      state.cancelled.append(number)
    }
  }

  private struct Delivery: HTTPDelivery {
    let server: SimulatedServer
    let number: Int
    func cancel() { server.cancel(number) }
  }
}

extension HTTPResponse {
  /// An answer in JSON.
  static func json(_ text: String, status: Int = 200, retryAfter: String? = nil) -> HTTPResponse {
    HTTPResponse(status: status, retryAfter: retryAfter, body: Array(text.utf8))
  }
}
