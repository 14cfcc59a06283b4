import Glibc
import Synchronization

/// Names for things that are not finished: hidden, recognisable, and different for every process and call.
/// They need not be secret, since creating never follows links or replaces files.
package enum TemporaryName {
  package static let unfinishedPrefix = ".tmp-"
  package static let discardedPrefix = ".trash-"

  private static let counter = Atomic<UInt64>(0)

  /// `.tmp-<name>-<process>-<time and count>`
  package static func next(for name: String, prefix: String = unfinishedPrefix) -> String {
    let count = counter.add(1, ordering: .relaxed).newValue
    let stamp = ProcessFacts.monotonicNanoseconds() &* 1024 &+ count % 1024
    return "\(prefix)\(name)-\(getpid())-\(String(stamp, radix: 36))"
  }

  /// Whether a name was made here, that is, whether it is litter when nobody is at work.
  package static func isLitter(_ name: String) -> Bool {
    name.hasPrefix(unfinishedPrefix) || name.hasPrefix(discardedPrefix)
  }
}
