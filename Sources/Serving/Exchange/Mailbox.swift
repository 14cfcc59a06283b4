internal import Dispatch
internal import Synchronization

/// Where answers that come on other threads wait for the one that asked.
package final class Mailbox: Sendable {
  /// What became of one attempt.
  package struct Letter: Sendable {
    /// The text it belongs to.
    package let index: Int
    /// Which attempt, from 1: answers of attempts that were given up are told apart by it.
    package let attempt: Int
    package let result: Result<HTTPResponse, TransportFailure>

    package init(index: Int, attempt: Int, result: Result<HTTPResponse, TransportFailure>) {
      (self.index, self.attempt, self.result) = (index, attempt, result)
    }
  }

  private let letters = Mutex<[Letter]>([])
  private let arrival = DispatchSemaphore(value: 0)

  package init() {}

  /// Puts a letter in; from any thread.
  package func put(_ letter: Letter) {
    letters.withLock { $0.append(letter) }
    arrival.signal()
  }

  /// Everything that has arrived, oldest first.
  package func takeAll() -> [Letter] {
    letters.withLock { letters in
      defer { letters = [] }
      return letters
    }
  }

  /// Whether nothing is there.
  package var isEmpty: Bool { letters.withLock { $0.isEmpty } }

  /// Returns when something has arrived, or after so many seconds; now and then for no reason.
  func wait(seconds: Double) { _ = arrival.wait(timeout: .now() + seconds) }
}
