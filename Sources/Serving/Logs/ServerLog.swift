package import DraftData
internal import FileSystem

/// What a server was asked and what it answered, from files of JSON lines.
///
/// A line is either `{"request": …, "response": …}`, each the body as OpenAI's API has it, with `domain` beside them if
/// need be; or a line of a batch's output, `{"custom_id": …, "response": {"status_code": 200, "body": …}}`, whose request
/// stands in the batch's input as `{"custom_id": …, "body": …}`.
package struct ServerLog {
  /// One request with all that was answered to it.
  package struct Entry {
    package let request: LoggedRequest
    package let answers: [ServedAnswer]
    package let domain: String
    /// The response, for errors.
    package let node: JSONNode
  }

  private let path: String
  private let requests: [String: LoggedRequest]?
  private let input: String?

  /// - Parameters:
  ///   - path: pairs, or the output of a batch.
  ///   - input: the input of the batch.
  /// - Throws: `InputError` naming file, line and key of what is wrong in the input.
  package init(_ path: String, input: String? = nil) throws {
    (self.path, self.input) = (path, input)
    requests = try input.map { try Self.requests(in: $0) }
  }

  /// Calls `body` with one line after the other.
  ///
  /// - Throws: `InputError` naming file, line and key of what is wrong, also for what `body` finds wrong; for a file without
  ///   any line.
  package func forEach(_ body: (Entry) throws -> Void) throws {
    var isEmpty = true
    try JSONLinesReader.forEach(in: path) { line in
      isEmpty = false
      try body(try entry(line))
    }
    if isEmpty {
      throw InputError(.badData, file: path, found: "no lines", expected: "requests with their responses")
    }
  }

  private func entry(_ line: JSONNode) throws -> Entry {
    let (request, response) = try parts(line)
    return Entry(
      request: request, answers: try ServedAnswer.all(in: response),
      domain: try line.optional("domain")?.string ?? "text", node: response)
  }

  private func parts(_ line: JSONNode) throws -> (LoggedRequest, JSONNode) {
    if let request = try line.optional("request") {
      return (try LoggedRequest(request), try line.required("response"))
    }
    guard let name = try line.optional("custom_id") else {
      throw line.error(
        found: "a line with neither 'request' nor 'custom_id'",
        expected: "request and response, or custom_id and response of a batch's output")
    }
    guard let requests else {
      throw name.error(
        found: "a line of a batch's output", expected: "the batch's input, which holds the requests",
        remedy: "Give the input file as well")
    }
    guard let request = requests[try name.string] else {
      throw name.error(
        found: "'\(DisplayText.escaped(try name.string))', which is not in \(input ?? "")",
        expected: "a request of the batch")
    }
    return (request, try Self.body(of: line))
  }

  private static func body(of line: JSONNode) throws -> JSONNode {
    if let error = try line.optional("error") {
      let message = error.value["message"]?.stringValue ?? ""
      throw error.error(
        found: "a request that failed: \(DisplayText.escaped(message))", expected: "an answer",
        remedy: "Remove the line, or ask again")
    }
    let response = try line.required("response")
    if let status = try response.optional("status_code"), try status.int != 200 {
      throw status.error(
        found: status.value.kindName, expected: "200", remedy: "Remove the line, or ask again")
    }
    return try response.required("body")
  }

  private static func requests(in path: String) throws -> [String: LoggedRequest] {
    var requests: [String: LoggedRequest] = [:]
    try JSONLinesReader.forEach(in: path) { line in
      let name = try line.required("custom_id")
      guard requests.updateValue(try LoggedRequest(try line.required("body")), forKey: try name.string) == nil
      else {
        throw name.error(
          found: "'\(DisplayText.escaped(try name.string))' for the second time", expected: "each name once")
      }
    }
    return requests
  }
}
