import DraftData
import FileSystem
import Serving
import Synchronization

/// A server in the process: a text is a function of its request, and answers come as fast as they are asked for.
final class StoryServer: HTTPTransport {
  private let words: Int
  private let state = Mutex<[HTTPRequest]>([])

  /// - Parameter words: of each text, at most.
  init(words: Int) { self.words = words }

  var requests: [HTTPRequest] { state.withLock { $0 } }

  func send(
    _ request: HTTPRequest, _ completion: @escaping @Sendable (Result<HTTPResponse, TransportFailure>) -> Void
  ) -> any HTTPDelivery {
    state.withLock { $0.append(request) }
    do {
      completion(.success(HTTPResponse(status: 200, body: try answer(request))))
    } catch {
      completion(.failure(TransportFailure("\(error)")))
    }
    return Delivery()
  }

  private func answer(_ request: HTTPRequest) throws -> [UInt8] {
    let body = try JSONNode.parse(request.body)
    let hash = StableHash(String(decoding: request.body, as: UTF8.self)).value
    let isChat = try body.optional("messages") != nil
    let count = 1 + Int(hash % UInt64(words))
    let text = String(repeating: hash & 64 == 0 ? " a time" : " the boat", count: count)
    var choice: JSONObject = JSONObject()
    choice["finish_reason"] = hash & 128 == 0 ? "stop" : "length"
    if isChat {
      choice["message"] = ["role": "assistant", "content": .string(text)]
    } else {
      choice["text"] = .string(text)
    }
    let answer: JSONValue = ["choices": [.object(choice)]]
    return try answer.serializedBytes()
  }

  private struct Delivery: HTTPDelivery {
    func cancel() {}
  }
}
