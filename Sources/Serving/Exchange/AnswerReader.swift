package import DraftData
internal import FileSystem

/// Tells an answer from trouble, and trouble that passes from trouble that stays.
package struct AnswerReader: Sendable {
  /// What a response is.
  package enum Reading: Sendable {
    case answer(JSONNode)
    /// Another attempt may do better.
    case trouble(String)
  }

  private let url: String
  private let secret: Secret?

  /// - Parameters:
  ///   - url: where the requests go, for messages.
  ///   - secret: never appears in a message, even if the server repeats it.
  package init(url: String, secret: Secret? = nil) { (self.url, self.secret) = (url, secret) }

  /// The JSON object of an answer.
  ///
  /// - Throws: `InputError` with the server's own words for a status that stays: 400, 401, 404, a redirection.
  package func read(_ response: HTTPResponse, text index: Int) throws -> Reading {
    if (200...299).contains(response.status) {
      do {
        return .answer(try JSONNode.parse(response.body, file: url))
      } catch let error as InputError {
        // A proxy may end an answer early without anybody noticing but the parser.
        let place = error.position.map { " at \($0)" } ?? ""
        return .trouble("an answer that is not JSON: \(error.found)\(place)")
      }
    }
    let said = "status \(response.status)\(message(response.body))"
    if RetryPolicy.isPassing(status: response.status) { return .trouble(said) }
    throw InputError(
      .usage, file: url, key: "text \(index)", found: said, expected: "status 200",
      remedy: remedy(response.status))
  }

  private func remedy(_ status: Int) -> String? {
    switch status {
    case 301, 302, 303, 307, 308: "Give the URL that it redirects to: a key is not sent on"
    case 401, 403: "Name the environment variable that holds the key"
    case 404:
      "See the model's name, and that the URL is where the API begins: with /v1 at its end on most servers"
    default: nil
    }
  }

  /// What the server says, wherever its kind of server puts it.
  private func message(_ body: [UInt8]) -> String {
    guard let value = try? JSONValue.parse(body) else {
      return body.isEmpty ? "" : ": " + shown(String(decoding: body.prefix(2000), as: UTF8.self))
    }
    let places = [
      value["error"]?["message"], value["error"], value["message"], value["detail"]?["message"],
      value["detail"],
    ]
    if let text = places.lazy.compactMap({ $0?.stringValue }).first { return ": " + shown(text) }
    return ": " + shown((try? value.serialized()) ?? "")
  }

  private func shown(_ text: String) -> String {
    DisplayText.escaped(secret?.hidden(in: text) ?? text, limit: 400)
  }
}
