internal import Foundation

/// How servers are reached, and where their keys are.
package struct ServerAccess: Sendable {
  /// Variables by name.
  package let environment: [String: String]
  /// Carries requests over so many connections to one server at most.
  package let transport: @Sendable (_ connections: Int) -> any HTTPTransport

  /// By default over the network, with the keys of the process's environment.
  package init(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    transport: @escaping @Sendable (_ connections: Int) -> any HTTPTransport = {
      URLSessionTransport(connections: $0)
    }
  ) {
    (self.environment, self.transport) = (environment, transport)
  }
}
