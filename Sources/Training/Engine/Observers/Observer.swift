public import FileSystem

/// Somebody who wants to know what a run does. Events are values; what becomes of them is the observer's affair.
public protocol Observer: AnyObject {
  /// Takes notice of an event.
  ///
  /// - Throws: `InputError` when it cannot be written down; the run goes on.
  func receive(_ event: TrainingEvent) throws(InputError)
}

/// Hands every event to all observers. One that fails is reported to the others, once, and left alone from then on.
public final class ObserverGroup: Observer {
  private var observers: [any Observer]

  /// A group of these, told in this order.
  public init(_ observers: [any Observer]) { self.observers = observers }

  /// Tells all; never throws, for a log that cannot be written does not end a run.
  public func receive(_ event: TrainingEvent) {
    var failures = [InputError]()
    observers.removeAll { observer in
      do throws(InputError) {
        try observer.receive(event)
        return false
      } catch {
        failures.append(error)
        return true
      }
    }
    for failure in failures { receive(.warning("a log is given up: \(failure)")) }
  }
}
