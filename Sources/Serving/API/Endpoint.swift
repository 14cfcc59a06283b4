package import FileSystem
internal import Foundation

/// A server that speaks OpenAI's API, and the model that it is asked for.
package struct Endpoint: Sendable {
  /// Which of the two ways to ask.
  package enum API: String, Sendable, CaseIterable {
    /// A text is gone on with: `/completions`.
    case completions
    /// A conversation is answered: `/chat/completions`.
    case chat
  }

  /// Without a slash at its end: `http://localhost:8000/v1`.
  package let base: String
  package let model: String
  package let api: API
  package let secret: Secret?

  /// Checks the URL.
  ///
  /// - Throws: `InputError` for what is no http or https URL, or has a name and password, a query or a fragment in it.
  package init(base: String, model: String, api: API, secret: Secret? = nil) throws(InputError) {
    guard let parts = URLComponents(string: base), let scheme = parts.scheme?.lowercased(),
      ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty
    else {
      throw Self.error(
        "'\(DisplayText.escaped(base))'", "an http or https URL, as http://localhost:8000/v1")
    }
    guard parts.user == nil, parts.password == nil else {
      throw Self.error("a URL with a name or a password in it", "a key in an environment variable")
    }
    guard parts.query == nil, parts.fragment == nil else {
      throw Self.error("'\(DisplayText.escaped(base))'", "a URL without ? and #")
    }
    self.base = String(base.reversed().drop { $0 == "/" }.reversed())
    (self.model, self.api, self.secret) = (model, api, secret)
  }

  /// Where requests go.
  package var url: String {
    switch api {
    case .completions: base + "/completions"
    case .chat: base + "/chat/completions"
    }
  }

  /// A request with this body.
  package func request(_ body: [UInt8]) -> HTTPRequest {
    var headers = [
      (name: "Content-Type", value: "application/json"), (name: "Accept", value: "application/json"),
    ]
    if let secret { headers.append(secret.authorization) }
    return HTTPRequest(url: url, headers: headers, body: body)
  }

  private static func error(_ found: String, _ expected: String) -> InputError {
    InputError(.usage, key: "endpoint.url", found: found, expected: expected)
  }
}
