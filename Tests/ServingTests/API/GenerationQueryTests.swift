import DraftData
import FileSystem
import Serving
import Testing

@Suite struct GenerationQueryTests {
  private static func body(_ query: GenerationQuery, _ parameters: RequestParameters = .init()) throws
    -> String
  {
    String(decoding: try query.body(model: "m", parameters), as: UTF8.self)
  }

  @Test func aCompletionIsAskedForByText() throws {
    var query = GenerationQuery(
      prompt: .text("Once \"upon\""), maximumNewTokens: 7, temperature: 0.8, topP: 0.9)
    #expect(
      try Self.body(query)
        == #"{"model":"m","prompt":"Once \"upon\"","max_tokens":7,"temperature":0.8,"top_p":0.9}"#)
    query.seed = 5
    query.entryCount = 3
    #expect(try Self.body(query).hasSuffix(#""top_p":0.9,"seed":5,"logprobs":3}"#))
  }

  @Test func aCompletionIsAskedForByIDs() throws {
    let query = GenerationQuery(prompt: .tokens([1, 5]), maximumNewTokens: 7)
    #expect(
      try Self.body(query) == #"{"model":"m","prompt":[1,5],"max_tokens":7,"temperature":0.0,"top_p":1.0}"#)
  }

  @Test func aChatIsAskedForByMessages() throws {
    let conversation = ChatConversation(
      messages: [["role": "user", "content": "Hi"]], tools: [["type": "function"]])
    let query = GenerationQuery(prompt: .messages(conversation), maximumNewTokens: 7, seed: 1, entryCount: 20)
    #expect(
      try Self.body(query)
        == #"{"model":"m","messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"function"}],"max_tokens":7,"#
        + #""temperature":0.0,"top_p":1.0,"seed":1,"logprobs":true,"top_logprobs":20}"#)
  }

  @Test func whatElseAServerKnowsIsSentAlong() throws {
    let parameters = try RequestParameters([
      ("repeat_penalty", "1.1"), ("return_token_ids", "true"), ("stop_token_ids", "[2]"), ("mode", "fast"),
    ])
    let query = GenerationQuery(prompt: .text(""), maximumNewTokens: 1)
    #expect(
      try Self.body(query, parameters).hasSuffix(
        #","repeat_penalty":1.1,"return_token_ids":true,"stop_token_ids":[2],"mode":"fast"}"#))
  }

  @Test(arguments: ["temperature", "n", "stream", "logprobs", "messages"])
  func whatPacerSetsItselfCannotBeSetOtherwise(name: String) {
    let error = #expect(throws: InputError.self) { _ = try RequestParameters([(name, "1")]) }
    #expect(error?.key == "parameters.\(name)")
  }
}
