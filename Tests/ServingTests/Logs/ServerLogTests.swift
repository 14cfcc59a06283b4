import DraftData
import FileSystem
import Serving
import TestSupport
import Testing

@Suite struct ServerLogTests {
  private static let answer =
    #"{"choices": [{"text": " a time", "finish_reason": "stop"}], "usage": {"prompt_tokens": 2, "completion_tokens": 2}}"#
  private static let request = #"{"model": "m", "prompt": "Once upon", "temperature": 0.5}"#

  /// The documents of a log.
  private static func documents(
    _ lines: [String], input: [String]? = nil, template: String? = nil
  ) throws -> [CorpusDocument] {
    let folder = try TemporaryFolder()
    let (path, inputPath) = (folder.file("log.jsonl"), folder.file("input.jsonl"))
    try DurableFile.write(Array(lines.joined(separator: "\n").utf8), to: path)
    if let input { try DurableFile.write(Array(input.joined(separator: "\n").utf8), to: inputPath) }
    let tokenizer = try SampleTokenizer.load()
    let logged = LoggedTexts(
      try ServerLog(path, input: input == nil ? nil : inputPath), tokenizer,
      vocabularySize: tokenizer.vocabularySize,
      chat: {
        guard let template else { throw InputError(.missing, found: "no template") }
        return ChatEncoder(template: try ChatTemplate(source: template), tokenizer: tokenizer)
      })
    var texts = ServedTexts(try SampleTokenizer.aligner(entryCount: 0), policy: .keep, entryCount: 0)
    var documents: [CorpusDocument] = []
    try logged.forEach(&texts) { documents.append($0) }
    return documents
  }

  private static func ids(_ text: String) throws -> [Int32] {
    try SampleTokenizer.load().encode(text, addSpecialTokens: false)
  }

  @Test func pairsOfRequestAndResponse() throws {
    let documents = try Self.documents([
      "{\"request\": \(Self.request), \"response\": \(Self.answer)}", "",
      "{\"request\": {\"prompt\": [0, 7, 9]}, \"response\": \(Self.answer), \"domain\": \"math\"}",
      "{\"request\": {\"prompt\": [\"Once\"]}, \"response\": \(Self.answer)}",
    ])
    #expect(documents.count == 3)
    #expect(try documents[0].tokens == [0] + (Self.ids("Once upon a time")) + [1])
    #expect(
      documents[0].promptLength == 3 && documents[0].temperature == 0.5 && documents[0].domain == "text")
    #expect(documents[1].tokens.prefix(3) == [0, 7, 9] && documents[1].temperature == nil)
    #expect(documents[1].domain == "math" && documents[1].source == 1 && documents[2].source == 2)
  }

  @Test func aTextThatAStringMayHaveCutHasNoEnd() throws {
    let request = #"{"prompt": "Once upon", "stop": ["\n"]}"#
    let documents = try Self.documents(["{\"request\": \(request), \"response\": \(Self.answer)}"])
    let expected = [0] + (try Self.ids("Once upon a time"))
    #expect(documents[0].tokens == expected)
  }

  @Test func theOutputOfABatchWithItsInput() throws {
    let documents = try Self.documents(
      [
        #"{"id": "b", "custom_id": "two", "response": {"status_code": 200, "body": \#(Self.answer)}, "error": null}"#
      ],
      input: [
        #"{"custom_id": "one", "method": "POST", "url": "/v1/completions", "body": {"prompt": "Twice"}}"#,
        #"{"custom_id": "two", "method": "POST", "url": "/v1/completions", "body": \#(Self.request)}"#,
      ])
    #expect(try documents.count == 1 && documents[0].tokens.prefix(3) == ([0] + Self.ids("Once upon"))[...])
  }

  @Test func conversations() throws {
    let answer = #"{"choices": [{"message": {"content": " a time"}, "finish_reason": "stop"}]}"#
    let line = #"{"request": {"messages": [{"role": "user", "content": "When"}]}, "response": \#(answer)}"#
    let template =
      "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}It was{% endif %}"
    let documents = try Self.documents([line], template: template)
    #expect(try documents[0].tokens == (Self.ids("user: When\nIt was")) + (Self.ids(" a time")) + [1])
    #expect(throws: InputError.self) { _ = try Self.documents([line]) }
  }

  @Test(
    arguments: [
      ("{", nil, "the text ends"), ("[]", nil, "an object"), ("{}", nil, "neither"),
      (#"{"request": {"prompt": "a"}}"#, "response", "nothing"),
      (#"{"request": {}, "response": {}}"#, "request.prompt", "nothing"),
      (#"{"request": {"prompt": ["a", "b"]}, "response": {}}"#, "request.prompt", "2 prompts"),
      (#"{"request": {"prompt": "a", "echo": true}, "response": {}}"#, "request.echo", "true"),
      (#"{"request": {"prompt": "a", "temperature": -1}, "response": {}}"#, "request.temperature", "-1"),
      (#"{"request": {"prompt": "a"}, "response": {"error": "x"}}"#, "response.choices", "nothing"),
      (#"{"request": {"prompt": [99999]}, "response": \#(ServerLogTests.answer)}"#, "response", "99999"),
      (#"{"custom_id": "x", "response": {}}"#, "custom_id", "batch"),
    ] as [(String, String?, String)])
  func aBadLineIsNamed(line: String, key: String?, found: String) throws {
    let good = "{\"request\": \(Self.request), \"response\": \(Self.answer)}"
    let error = #expect(throws: InputError.self) { _ = try Self.documents([good, line]) }
    #expect(error?.file?.hasSuffix("log.jsonl") == true && error?.code == .badData)
    guard case .line(2, _)? = error?.position else {
      Issue.record("\(String(describing: error))")
      return
    }
    if let key { #expect(error?.key == key) }
    #expect(error?.description.contains(found) == true, "\(String(describing: error))")
  }

  @Test(arguments: [
    (#"{"custom_id": "y", "response": {"body": {}}}"#, "custom_id"),
    (#"{"custom_id": "x", "response": {"status_code": 500, "body": {}}}"#, "response.status_code"),
    (#"{"custom_id": "x", "response": null, "error": {"message": "expired"}}"#, "error"),
    (#"{"custom_id": "x", "response": {"status_code": 200}}"#, "response.body"),
  ])
  func aBadLineOfABatchIsNamed(line: String, key: String) throws {
    let error = #expect(throws: InputError.self) {
      _ = try Self.documents([line], input: [#"{"custom_id": "x", "body": {"prompt": "a"}}"#])
    }
    #expect(error?.key == key && error?.position == .line(1))
  }

  @Test func aNameThatStandsTwiceInABatchIsAnError() throws {
    let twice = #"{"custom_id": "x", "body": {"prompt": "a"}}"#
    let error = #expect(throws: InputError.self) { _ = try Self.documents(["{}"], input: [twice, twice]) }
    #expect(error?.file?.hasSuffix("input.jsonl") == true && error?.position == .line(2))
  }

  @Test func anEmptyLogIsAnError() {
    #expect(throws: InputError.self) { _ = try Self.documents([""]) }
  }
}
