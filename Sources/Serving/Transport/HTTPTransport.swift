/// Carries requests to a server: the seam between what is asked and how it gets there.
package protocol HTTPTransport: Sendable {
  /// Sends a request and returns at once.
  ///
  /// - Parameter completion: called once, on any thread, unless the delivery is cancelled before.
  func send(
    _ request: HTTPRequest,
    _ completion: @escaping @Sendable (Result<HTTPResponse, TransportFailure>) -> Void
  ) -> any HTTPDelivery
}

/// A request on its way.
package protocol HTTPDelivery: Sendable {
  /// Gives it up; an answer that comes all the same is of no use to anybody.
  func cancel()
}

/// No whole answer came: the connection failed or broke off. It may work when tried again.
package struct TransportFailure: Error, Sendable, Equatable {
  /// What the system says, one clause.
  package let reason: String

  package init(_ reason: String) { self.reason = reason }
}
