internal import Foundation
internal import FoundationNetworking
internal import Synchronization

/// HTTP by Foundation's `URLSession`, which is libcurl on Linux; proxies of the environment (`https_proxy`) count.
///
/// Nothing is kept: no cookies, no cache, no credentials. Redirections are not followed, for the key would go with
/// them: they come back as the answers that they are.
///
/// On Linux, Foundation (Swift 6.3) asks again and again whether an open connection can be written to: while answers are
/// waited for, all connections of a session together keep one core busy.
package final class URLSessionTransport: HTTPTransport {
  /// Seconds: how long a request may take is decided by whoever sends it.
  private static let longestTime = 1e6

  private let session: URLSession
  private let inbox: Inbox

  /// - Parameters:
  ///   - connections: to one server at a time at most.
  ///   - answerLimit: bytes of an answer at most.
  package init(connections: Int, answerLimit: Int = 1 << 28) {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpMaximumConnectionsPerHost = connections
    configuration.httpCookieStorage = nil
    configuration.httpShouldSetCookies = false
    configuration.urlCache = nil
    configuration.urlCredentialStorage = nil
    configuration.timeoutIntervalForRequest = Self.longestTime
    inbox = Inbox(answerLimit: answerLimit)
    session = URLSession(configuration: configuration, delegate: inbox, delegateQueue: nil)
  }

  deinit { session.invalidateAndCancel() }

  package func send(
    _ request: HTTPRequest,
    _ completion: @escaping @Sendable (Result<HTTPResponse, TransportFailure>) -> Void
  ) -> any HTTPDelivery {
    guard let url = URL(string: request.url) else {
      preconditionFailure("an endpoint whose URL was not checked: \(request.url)")
    }
    var outgoing = URLRequest(url: url)
    outgoing.httpMethod = "POST"
    outgoing.timeoutInterval = Self.longestTime
    for header in request.headers { outgoing.setValue(header.value, forHTTPHeaderField: header.name) }
    outgoing.httpBody = Foundation.Data(request.body)
    let task = session.dataTask(with: outgoing)
    inbox.expect(task.taskIdentifier, completion)
    task.resume()
    return Delivery(task: task)
  }

  private struct Delivery: HTTPDelivery {
    let task: URLSessionDataTask
    func cancel() { task.cancel() }
  }
}

/// Collects answers piece by piece until they are whole.
private final class Inbox: NSObject, URLSessionDataDelegate {
  private struct Waiting {
    var body: [UInt8] = []
    var isTooLong = false
    let completion: @Sendable (Result<HTTPResponse, TransportFailure>) -> Void
  }

  private let waiting = Mutex<[Int: Waiting]>([:])
  private let answerLimit: Int

  init(answerLimit: Int) { self.answerLimit = answerLimit }

  func expect(
    _ task: Int, _ completion: @escaping @Sendable (Result<HTTPResponse, TransportFailure>) -> Void
  ) {
    waiting.withLock { $0[task] = Waiting(completion: completion) }
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Foundation.Data) {
    let isTooLong = waiting.withLock { table in
      table[dataTask.taskIdentifier]?.body.append(contentsOf: data)
      let isTooLong = table[dataTask.taskIdentifier].map { $0.body.count > answerLimit } ?? false
      table[dataTask.taskIdentifier]?.isTooLong = isTooLong
      return isTooLong
    }
    if isTooLong { dataTask.cancel() }
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    guard let entry = waiting.withLock({ $0.removeValue(forKey: task.taskIdentifier) }) else { return }
    if entry.isTooLong {
      entry.completion(.failure(TransportFailure("an answer of more than \(answerLimit) bytes")))
    } else if let error {
      entry.completion(.failure(TransportFailure(error.localizedDescription)))
    } else if let response = task.response as? HTTPURLResponse {
      entry.completion(
        .success(
          HTTPResponse(
            status: response.statusCode, retryAfter: response.value(forHTTPHeaderField: "Retry-After"),
            body: entry.body)))
    } else {
      entry.completion(.failure(TransportFailure("an answer that is not HTTP")))
    }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
  ) {
    completionHandler(nil)
  }
}
