import FileSystem
import Serving
import Testing

@Suite struct EndpointTests {
  private static let key = "sk-THE-KEY-ITSELF"

  private static func secret() throws -> Secret {
    try Secret(variable: "SERVER_KEY", in: ["SERVER_KEY": key])
  }

  @Test func requestsGoWhereTheAPIIs() throws {
    let chat = try Endpoint(base: "https://server:8000/v1/", model: "m", api: .chat)
    #expect(chat.url == "https://server:8000/v1/chat/completions")
    #expect(
      try Endpoint(base: "http://[::1]:80/v1", model: "m", api: .completions).url
        == "http://[::1]:80/v1/completions")
    let request = try Endpoint(base: "http://server", model: "m", api: .chat, secret: Self.secret()).request([
      1
    ])
    #expect(request.headers.contains { $0 == ("Authorization", "Bearer " + Self.key) })
    #expect(!chat.request([1]).headers.contains { $0.name == "Authorization" })
  }

  @Test(arguments: [
    "server/v1", "ftp://server/v1", "http://", "http://name:word@server/v1", "http://server/v1?key=x",
    "http://s/#a",
  ])
  func aURLThatIsNoneIsRefused(base: String) {
    let error = #expect(throws: InputError.self) { _ = try Endpoint(base: base, model: "m", api: .chat) }
    #expect(error?.code == .usage && error?.key == "endpoint.url")
  }

  @Test func theKeyIsShownToNobody() throws {
    let secret = try Self.secret()
    var text = "\(secret) \(String(reflecting: secret))"
    dump(try Endpoint(base: "http://server", model: "m", api: .chat, secret: secret), to: &text)
    #expect(!text.contains(Self.key) && text.contains("[SERVER_KEY]"))
    let reader = AnswerReader(url: "http://server", secret: secret)
    let body = Array("{\"error\": {\"message\": \"Incorrect API key provided: \(Self.key)\"}}".utf8)
    let error = #expect(throws: InputError.self) {
      _ = try reader.read(HTTPResponse(status: 401, body: body), text: 0)
    }
    #expect(error?.found == "status 401: Incorrect API key provided: [SERVER_KEY]")
  }

  @Test(arguments: [[:], ["SERVER_KEY": ""], ["SERVER_KEY": "two words"], ["SERVER_KEY": "a\r\nEvil: 1"]])
  func aKeyThatCannotBeSentIsRefusedWithoutBeingShown(environment: [String: String]) {
    let error = #expect(throws: InputError.self) { _ = try Secret(variable: "SERVER_KEY", in: environment) }
    #expect(error?.description.contains("SERVER_KEY") == true)
    if let value = environment["SERVER_KEY"], !value.isEmpty {
      #expect(error?.description.contains(value) == false)
    }
  }
}
