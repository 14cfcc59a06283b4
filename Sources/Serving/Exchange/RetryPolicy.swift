internal import Foundation
internal import Randomness

/// How long to wait for an answer, and when to ask again.
package struct RetryPolicy: Sendable, Equatable {
  /// How often a text is asked for at most, the first time included.
  package var attempts: Int
  /// Seconds from sending a request to its whole answer.
  package var timeout: Double
  /// Seconds to wait after the first failure; twice as long after each further one.
  package var firstDelay: Double
  /// Seconds to wait at most, unless the server asks for more.
  package var longestDelay: Double

  package init(
    attempts: Int = 9, timeout: Double = 600, firstDelay: Double = 1, longestDelay: Double = 60
  ) {
    precondition(attempts > 0 && timeout > 0 && firstDelay > 0 && longestDelay >= firstDelay)
    (self.attempts, self.timeout) = (attempts, timeout)
    (self.firstDelay, self.longestDelay) = (firstDelay, longestDelay)
  }

  /// Whether an answer with this status may be another one next time: too many requests, or the server's own trouble.
  package static func isPassing(status: Int) -> Bool { status == 429 || (500...599).contains(status) }

  /// Seconds to wait after an attempt that failed: exponential, of which a random half is taken off so that requests
  /// that failed together do not come back together.
  ///
  /// - Parameter attempt: the number of the one that failed, from 1.
  package func delay(after attempt: Int, text index: Int) -> Double {
    let whole = min(longestDelay, firstDelay * pow(2, Double(min(attempt, 64) - 1)))
    let share = Philox(seed: 0, purpose: .serving).uniform(step: UInt64(attempt), index: UInt64(index))
    return whole * (1 - share / 2)
  }

  /// Seconds that a `Retry-After` asks for: a number of them, or a date. Nil for what is neither.
  ///
  /// Source: RFC 9110, section 10.2.3.
  package static func seconds(retryAfter text: String, wallSeconds: Double) -> Double? {
    let text = text.trimmingCharacters(in: .whitespaces)
    if let seconds = Int(text) { return seconds >= 0 ? Double(seconds) : nil }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(secondsFromGMT: 0)
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    return format.date(from: text).map { max(0, $0.timeIntervalSince1970 - wallSeconds) }
  }
}
