import DraftData
import FileSystem
import Serving
import Testing

@Suite struct ServedAnswerTests {
  private static func answers(_ text: String) throws -> [ServedAnswer] {
    try ServedAnswer.all(in: try JSONNode.parse(Array(text.utf8), file: "answer"))
  }

  @Test func aCompletionWithoutLogProbabilities() throws {
    let answer = try Self.answers(
      #"{"choices": [{"text": " a", "index": 0, "logprobs": null, "finish_reason": "length"}], "#
        + #""usage": {"prompt_tokens": 4, "completion_tokens": 1}}"#)
    #expect(answer.count == 1)
    #expect(answer[0].text == " a" && answer[0].ending == .length && answer[0].tokens == nil)
    #expect(answer[0].promptTokenCount == 4 && answer[0].completionTokenCount == 1)
  }

  @Test func aCompletionWithLogProbabilities() throws {
    let answer = try Self.answers(
      #"{"choices": [{"text": " a", "finish_reason": "stop", "logprobs": {"tokens": [" a", ""], "#
        + #""token_logprobs": [-0.5, null], "top_logprobs": [{" a": -0.5, " the": -1.25}, null]}}]}"#)[0]
    #expect(
      answer.tokens == [
        .init(
          .init(text: " a"), logProbability: -0.5,
          alternatives: [(.init(text: " a"), -0.5), (.init(text: " the"), -1.25)]), .init(.init(text: "")),
      ])
    #expect(answer.ending == .stop && answer.promptTokenCount == nil)
  }

  @Test func vLLMsIDs() throws {
    let answer = try Self.answers(
      #"{"choices": [{"text": "a", "finish_reason": "stop", "stop_reason": 2, "token_ids": [5, 2], "#
        + #""prompt_token_ids": [1], "logprobs": {"tokens": ["token_id:5"], "token_logprobs": [-1], "#
        + #""top_logprobs": [{"token_id:5": -1, "token_id:9": -2}]}}]}"#)[0]
    #expect(answer.tokenIDs == [5, 2] && answer.promptTokenIDs == [1] && answer.stopToken == 2)
    #expect(answer.tokens?[0].spelling.id == 5 && answer.tokens?[0].alternatives[1].spelling.id == 9)
  }

  @Test func aStringThatStoppedAText() throws {
    let answer = try Self.answers(
      #"{"choices": [{"text": "a", "finish_reason": "stop", "stop_reason": "\n"}]}"#)[0]
    #expect(answer.ending == .cut && answer.stopToken == nil)
  }

  @Test func aChatWithBytes() throws {
    let answer = try Self.answers(
      #"{"choices": [{"message": {"role": "assistant", "content": "é"}, "finish_reason": "stop", "logprobs": "#
        + #"{"content": [{"token": "\\xc3", "bytes": [195], "logprob": -1, "top_logprobs": [{"token": "x", "#
        + #""bytes": null, "logprob": -2}]}, {"token": "\\xa9", "bytes": [169], "logprob": 0, "id": 7}]}}]}"#)[
        0]
    #expect(answer.text == "é" && answer.tokens?.count == 2)
    #expect(answer.tokens?[0].spelling.bytes == [195] && answer.tokens?[1].spelling.id == 7)
    #expect(answer.tokens?[0].alternatives.first?.logProbability == -2)
  }

  @Test func severalChoicesAndOtherEndings() throws {
    let answers = try Self.answers(
      #"{"choices": [{"message": {"content": null}, "finish_reason": "tool_calls"}, {"text": "b", "#
        + #""finish_reason": "content_filter"}], "usage": {"prompt_tokens": 1, "completion_tokens": 9}}"#)
    #expect(answers.map(\.ending) == [.other("tool_calls"), .other("content_filter")])
    #expect(answers[0].text.isEmpty && answers[1].completionTokenCount == nil)
  }

  @Test(arguments: [
    ("{}", "choices"), (#"{"choices": []}"#, "choices"), (#"{"choices": 3}"#, "choices"),
    (#"{"choices": [{"finish_reason": "stop"}]}"#, "choices[0].text"),
    (#"{"choices": [{"text": 5, "finish_reason": "stop"}]}"#, "choices[0].text"),
    (#"{"choices": [{"text": ""}]}"#, "choices[0].finish_reason"),
    (
      #"{"choices": [{"text": "", "finish_reason": "stop", "logprobs": {"tokens": ["a"], "token_logprobs": []}}]}"#,
      "choices[0].logprobs"
    ),
    (
      #"{"choices": [{"text": "", "finish_reason": "stop", "logprobs": {"tokens": ["a"], "top_logprobs": [{"a": "b"}]}}]}"#,
      "choices[0].logprobs.top_logprobs[0].a"
    ),
  ])
  func whatIsMissingIsNamed(text: String, key: String) {
    let error = #expect(throws: InputError.self) { _ = try Self.answers(text) }
    #expect(error?.key == key && error?.file == "answer" && error?.code == .badData)
  }
}
