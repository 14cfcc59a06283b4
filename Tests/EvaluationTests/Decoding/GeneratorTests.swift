import Evaluation
import FileSystem
import Testing

@Suite struct GeneratorTests {
  private func requests(_ sampling: SamplingSettings, count: Int = 9) -> [DecodingRequest] {
    (0..<count).map { index in
      DecodingRequest(
        prompt: (0...Int32(index % 4)).map { ($0 * 3 + Int32(index)) % 11 },
        maximumNewTokens: 5 + index % 3 * 7, sampling: sampling, sequence: UInt64(index))
    }
  }

  @Test func greedyTextIsTheModelsOwn() throws {
    let model = HashModel(vocabularySize: 11, lineCount: 3)
    let asked = requests(.greedy)
    let done = try Generator(model: model, seed: 1, endTokens: []).run(asked)
    for (request, completion) in zip(asked, done) {
      #expect(
        completion.tokens
          == model.greedyText(after: request.prompt, count: request.maximumNewTokens))
      #expect(completion.ending == .tokenLimit)
    }
  }

  @Test(arguments: [1, 2, 4])
  func aTextDoesNotDependOnItsNeighbours(lines: Int) throws {
    let sampling = try SamplingSettings(temperature: 0.9, topP: 0.95)
    let asked = requests(sampling)
    let alone = try asked.map { request in
      try Generator(model: HashModel(vocabularySize: 11), seed: 7, endTokens: [4]).run([request])[0]
    }
    let together = try Generator(model: HashModel(vocabularySize: 11, lineCount: 8), seed: 7, endTokens: [4])
      .run(asked, maximumLines: lines)
    #expect(together == alone)
    #expect(Set(together.map(\.ending)).count == 2, "the case should have both endings")
  }

  @Test func anEndTokenEndsTheTextAndStaysInIt() throws {
    let model = HashModel(vocabularySize: 11)
    let text = model.greedyText(after: [1, 2], count: 20)
    let end = text[6]
    let expected = Array(text[...(text.firstIndex(of: end) ?? 0)])
    let done = try Generator(model: model, seed: 1, endTokens: [end]).run([
      DecodingRequest(prompt: [1, 2], maximumNewTokens: 20, sequence: 0)
    ])
    #expect(done == [Completion(tokens: expected, ending: .endOfSequence)])
  }

  @Test func theCacheMayBeFilledToItsLastPosition() throws {
    let model = HashModel(vocabularySize: 11, lineCount: 1, capacity: 6)
    let done = try Generator(model: model, seed: 1, endTokens: []).run([
      DecodingRequest(prompt: [1, 2, 3], maximumNewTokens: .max, sequence: 0),
      DecodingRequest(prompt: [1, 2, 3, 4, 5, 6], maximumNewTokens: 9, sequence: 1),
      DecodingRequest(prompt: [5], maximumNewTokens: 0, sequence: 2),
    ])
    #expect(done[0] == Completion(tokens: model.greedyText(after: [1, 2, 3], count: 4), ending: .capacity))
    #expect(done[1].tokens.count == 1 && done[1].ending == .capacity)
    #expect(done[2] == Completion(tokens: [], ending: .tokenLimit))
  }

  @Test func longPromptsAreReadInSeveralCalls() throws {
    let model = HashModel(vocabularySize: 11, lineCount: 2, rowLimit: 4)
    let prompt = (0..<23).map { Int32($0 % 11) }
    let done = try Generator(model: model, seed: 1, endTokens: []).run(
      (0..<3).map { DecodingRequest(prompt: prompt, maximumNewTokens: 3, sequence: $0) })
    #expect(done.allSatisfy { $0.tokens == model.greedyText(after: prompt, count: 3) })
    #expect(model.largestCall == 4)
  }

  @Test func callbacksSeeEveryTokenAndEveryEnding() throws {
    let model = HashModel(vocabularySize: 11, lineCount: 2)
    let asked = requests(.greedy, count: 5)
    var seen = [[Int32]](repeating: [], count: 5)
    var finished: [Int] = []
    let done = try Generator(model: model, seed: 1, endTokens: []).run(
      asked,
      onToken: { choice in
        #expect(choice.step == seen[choice.request].count)
        #expect(choice.model.argmax(output: choice.output) == choice.token)
        seen[choice.request].append(choice.token)
      }, onFinish: { index, _ in finished.append(index) })
    #expect(seen == done.map(\.tokens))
    #expect(finished.sorted() == [0, 1, 2, 3, 4])
  }

  @Test(arguments: [[], [11], [-1], [Int32](repeating: 1, count: 65)])
  func promptsThatDoNotFitAreRefused(prompt: [Int32]) {
    let model = HashModel(vocabularySize: 11)
    #expect(throws: InputError.self) {
      try Generator(model: model, seed: 1, endTokens: []).run([
        DecodingRequest(prompt: prompt, maximumNewTokens: 1, sequence: 0)
      ])
    }
  }
}
