import Dispatch
import Synchronization

/// A value that its owner and a thread of its own take turns with: the owner begins a piece of work on it, does other
/// things meanwhile, and waits for the end of the work before it touches the value again.
///
/// ```swift
/// let pages = Background(Pages(), label: "reader")
/// pages.begin { $0.readNext() }          // returns at once
/// compute()
/// pages.withValue { use($0) }            // waits for what is left of the reading
/// ```
///
/// Not `Sendable`: one thread owns it. The value is worked on in place and never copied. A `FaultInjector` of the owner's
/// task holds for the work too.
package final class Background<Value: Sendable> {
  /// Nobody ever waits for this lock, since turns are taken by waiting for `pending`: it is how the compiler sees that two
  /// threads may reach the value.
  private final class Shared: Sendable {
    let value: Mutex<Value>
    init(_ value: consuming sending Value) { self.value = Mutex(value) }
  }

  private let shared: Shared
  private let queue: DispatchQueue
  private let pending = DispatchGroup()

  /// A value at rest; `label` is what debuggers call its thread.
  package init(_ value: consuming sending Value, label: String) {
    shared = Shared(value)
    queue = DispatchQueue(label: label)
  }

  deinit { wait() }

  /// Whether a piece of work is going on.
  package var isBusy: Bool { pending.wait(timeout: .now()) == .timedOut }

  /// Begins a piece of work and returns at once; waits first for one that is going on.
  package func begin(_ work: @escaping @Sendable (inout Value) -> Void) {
    wait()
    let shared = shared
    let injector = FaultInjector.current
    queue.async(group: pending) {
      FaultInjector.$current.withValue(injector) { shared.value.withLock { work(&$0) } }
    }
  }

  /// Returns when no work is going on any more.
  package func wait() { pending.wait() }

  /// The owner's turn: waits for the work, then gives access.
  package func withValue<Result: Sendable, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    wait()
    return try shared.value.withLock { (value) throws(Failure) in try body(&value) }
  }
}
