import Glibc
import Synchronization

/// The first signal that asked this process to stop, as written by the handler. One per process, because a
/// signal handler belongs to the process and can reach nothing else.
private let received = Atomic<Int32>(0)
/// Whether a save was asked for that nobody has taken note of yet.
private let saveRequest = Atomic<Bool>(false)

/// Turns signals into questions that the training loop asks between steps.
///
/// The first SIGINT, SIGTERM or SIGHUP is remembered; the second ends the process at once with 128 + its number.
/// SIGUSR1 asks for a checkpoint and no more, as Slurm's `--signal=USR1@300` sends it before the time is up.
package struct SignalFlag: Sendable {
  /// A signal that asks for an end.
  package enum Signal: Int32, Sendable, CaseIterable {
    case hangUp = 1
    case interrupt = 2
    case terminate = 15

    /// 129, 130 or 143.
    package var exitStatus: Int32 { 128 + rawValue }
  }

  /// Whether standard output or standard error is a terminal: somebody is there whose leaving means something.
  package static var isWatched: Bool { isatty(STDOUT_FILENO) != 0 || isatty(STDERR_FILENO) != 0 }

  /// Installs the handlers, and ignores SIGPIPE and SIGXFSZ so that a closed pipe or a file-size limit is an
  /// error of the write that met it. A signal that was already ignored (nohup) stays ignored.
  ///
  /// - Parameter isWatched: without a terminal SIGHUP is ignored, as under nohup: the session that ends was only
  ///   where the run was started from.
  package static func install(isWatched: Bool = SignalFlag.isWatched) -> SignalFlag {
    // The first touch initialises the globals; a handler must not do that.
    received.store(0, ordering: .relaxed)
    saveRequest.store(false, ordering: .relaxed)
    Glibc.signal(SIGPIPE, SIG_IGN)
    Glibc.signal(SIGXFSZ, SIG_IGN)
    if !isWatched { Glibc.signal(SIGHUP, SIG_IGN) }
    for signal in Signal.allCases {
      handle(signal.rawValue) { number in
        if received.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
      }
    }
    handle(SIGUSR1) { _ in saveRequest.store(true, ordering: .relaxed) }
    return SignalFlag()
  }

  /// The signal that arrived, or nil.
  package var signal: Signal? { Signal(rawValue: received.load(ordering: .relaxed)) }

  /// Whether SIGUSR1 has arrived since this was last asked.
  package func takeSaveRequest() -> Bool { saveRequest.exchange(false, ordering: .relaxed) }

  /// Installs one handler unless the signal is ignored.
  private static func handle(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
    var old = sigaction()
    unsafe sigaction(number, nil, &old)
    if isIgnoring(old) { return }
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = handler
    action.sa_flags = SA_RESTART
    unsafe sigaction(number, &action, nil)
  }

  private static func isIgnoring(_ action: sigaction) -> Bool {
    // SIG_IGN is the address 1, which has no meaning as a Swift function: compare the bits.
    var handler = action.__sigaction_handler
    return unsafe withUnsafeBytes(of: &handler) { unsafe $0.loadUnaligned(as: UInt.self) } == 1
  }
}
