/// One POST of a JSON text.
package struct HTTPRequest: Sendable, Equatable {
  /// Where it goes; http or https.
  package let url: String
  /// Names with their values, in the order in which they are sent. They may hold a key: nobody writes them down.
  package let headers: [(name: String, value: String)]
  /// JSON in UTF-8.
  package let body: [UInt8]

  package init(url: String, headers: [(name: String, value: String)], body: [UInt8]) {
    self.url = url
    self.headers = headers
    self.body = body
  }

  package static func == (left: HTTPRequest, right: HTTPRequest) -> Bool {
    left.url == right.url && left.body == right.body
      && left.headers.elementsEqual(right.headers) { $0.name == $1.name && $0.value == $1.value }
  }
}

/// What a server answered, whole.
package struct HTTPResponse: Sendable, Equatable {
  package let status: Int
  /// The header `Retry-After` as it was sent; nil without one.
  package let retryAfter: String?
  package let body: [UInt8]

  package init(status: Int, retryAfter: String? = nil, body: [UInt8]) {
    self.status = status
    self.retryAfter = retryAfter
    self.body = body
  }
}
