internal import FileSystem

/// Time as an exchange needs it; tests have one that they turn themselves.
package protocol ExchangeClock {
  /// Seconds since some moment; never goes back.
  var now: Double { get }
  /// Seconds since 1970.
  var wallSeconds: Double { get }
  /// Returns when something is in the mailbox, or after so many seconds at the latest.
  func wait(for mailbox: Mailbox, atMost seconds: Double)
}

/// The machine's clocks.
package struct SystemClock: ExchangeClock {
  package init() {}

  package var now: Double { Double(ProcessFacts.monotonicNanoseconds()) * 1e-9 }
  package var wallSeconds: Double { ProcessFacts.wallSeconds() }

  package func wait(for mailbox: Mailbox, atMost seconds: Double) {
    guard mailbox.isEmpty else { return }
    mailbox.wait(seconds: seconds)
  }
}
