import Glibc
import Synchronization

/// Plants one failure in the file-system calls of a task, so that tests can show what every one of them does.
///
/// The calls are numbered from 1 in the order in which they happen. Outside
/// `FaultInjector.$current.withValue(…) { … }` nothing is counted and nothing fails.
///
/// ```swift
/// let injector = FaultInjector(.error(ENOSPC), at: 7)
/// FaultInjector.$current.withValue(injector) { … }
/// ```
package final class FaultInjector: Sendable {
  /// What happens at the chosen call.
  package enum Fault: Sendable, Equatable {
    /// The call fails with this `errno` and does nothing.
    case error(Int32)
    /// A write takes only half of its bytes and says so; other calls are unharmed.
    case shortWrite
    /// The process is gone before the call: neither it nor any later call does anything.
    case kill
    /// The process is gone in the middle: a write is half done, another call is done, no later one is.
    case killMidway
  }

  /// What the caller has to do.
  enum Verdict: Equatable {
    case proceed
    case fail(Int32)
    /// Do half (a write) or all (anything else), and then behave as dead.
    case half
    case halfThenDie
  }

  /// Which call is the chosen one.
  private enum Place {
    case none
    /// By its number, and every later one where it is sticky.
    case number(Int, isSticky: Bool)
    /// The first of this kind whose path contains the text.
    case first(FileOperation, path: String)
  }

  private struct State {
    var isSpent = false
    var log: [(operation: FileOperation, path: String)] = []
    var isDead = false
  }

  /// The injector of the running task, nil outside tests.
  @TaskLocal package static var current: FaultInjector?

  private let fault: Fault?
  private let place: Place
  private let state = Mutex(State())

  /// Plants `fault` in the call number `position`, and in every later one when `isSticky`.
  package init(_ fault: Fault, at position: Int, isSticky: Bool = false) {
    (self.fault, place) = (fault, .number(position, isSticky: isSticky))
  }

  /// Plants `fault` in the first call of this kind whose path contains `text`, for work that several threads share:
  /// there the numbers of calls change from run to run.
  package init(_ fault: Fault, in operation: FileOperation, ofPathWith text: String) {
    (self.fault, place) = (fault, .first(operation, path: text))
  }

  /// Plants nothing, only records.
  package init() { (fault, place) = (nil, .none) }

  /// The calls so far.
  package var log: [(operation: FileOperation, path: String)] { state.withLock { $0.log } }

  /// Whether the imagined process is gone.
  package var isDead: Bool { state.withLock { $0.isDead } }

  /// For a library that makes its own system calls: throws when a fault is planted in this operation.
  package static func check(_ operation: FileOperation, _ path: String) throws(InputError) {
    switch current?.verdict(operation, path) ?? .proceed {
    case .proceed, .half: return
    case .halfThenDie: throw InputError(failed: operation, path: path, errno: ECANCELED)
    case .fail(let code): throw InputError(failed: operation, path: path, errno: code)
    }
  }

  func verdict(_ operation: FileOperation, _ path: String) -> Verdict {
    state.withLock { state in
      if state.isDead { return .fail(ECANCELED) }
      state.log.append((operation, path))
      guard let fault, isChosen(operation, path, &state) else { return .proceed }
      switch fault {
      case .error(let code): return .fail(code)
      case .shortWrite: return .half
      case .kill:
        state.isDead = true
        return .fail(ECANCELED)
      case .killMidway:
        state.isDead = true
        return .halfThenDie
      }
    }
  }

  private func isChosen(_ operation: FileOperation, _ path: String, _ state: inout State) -> Bool {
    switch place {
    case .none: return false
    case .number(let number, let isSticky):
      return state.log.count == number || (isSticky && state.log.count > number)
    case .first(let kind, let text):
      guard !state.isSpent, operation == kind, path.contains(text) else { return false }
      state.isSpent = true
      return true
    }
  }
}
