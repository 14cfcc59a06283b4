import Glibc
import Synchronization

/// The first signal that asked this process to stop, as written by the handler. One per process, because a
/// signal handler belongs to the process and can reach nothing else.
private let received = Atomic<Int32>(0)

/// Turns a polite request to stop into a question the training loop asks between steps.
///
/// The first SIGINT, SIGTERM or SIGHUP is remembered; the second ends the process at once with 128 + its number.
package struct SignalFlag: Sendable {
  /// A signal that asks for an end.
  package enum Signal: Int32, Sendable, CaseIterable {
    case hangUp = 1
    case interrupt = 2
    case terminate = 15

    /// 129, 130 or 143.
    package var exitStatus: Int32 { 128 + rawValue }
  }

  /// Installs the handlers, and ignores SIGPIPE and SIGXFSZ so that a closed pipe or a file-size limit is an
  /// error of the write that met it. A signal that was already ignored (nohup) stays ignored.
  package static func install() -> SignalFlag {
    // The first touch initialises the global; a handler must not do that.
    received.store(0, ordering: .relaxed)
    Glibc.signal(SIGPIPE, SIG_IGN)
    Glibc.signal(SIGXFSZ, SIG_IGN)
    for signal in Signal.allCases {
      var old = sigaction()
      unsafe sigaction(signal.rawValue, nil, &old)
      if isIgnoring(old) { continue }
      var action = sigaction()
      unsafe action.__sigaction_handler.sa_handler = { number in
        if received.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
      }
      action.sa_flags = SA_RESTART
      unsafe sigaction(signal.rawValue, &action, nil)
    }
    return SignalFlag()
  }

  /// The signal that arrived, or nil.
  package var signal: Signal? { Signal(rawValue: received.load(ordering: .relaxed)) }

  private static func isIgnoring(_ action: sigaction) -> Bool {
    // SIG_IGN is the address 1, which has no meaning as a Swift function: compare the bits.
    var handler = action.__sigaction_handler
    return unsafe withUnsafeBytes(of: &handler) { unsafe $0.loadUnaligned(as: UInt.self) } == 1
  }
}
