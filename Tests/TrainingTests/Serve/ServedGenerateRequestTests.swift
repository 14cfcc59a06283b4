import DraftData
import Evaluation
import FileSystem
import Serving
import TestSupport
import Testing
import Training

@Suite struct ServedGenerateRequestTests {
  private static let model = repositoryRoot + "checkpoints/nano-target"

  private static func request(prompts: Int, seed: UInt64 = 0) -> ServedGenerateRequest {
    var request = ServedGenerateRequest()
    (request.endpoint.url, request.endpoint.model) = ("http://server/v1", "m")
    request.endpoint.concurrency = 2
    request.seed = seed
    request.prompts = (0..<prompts).map { PromptSet.Prompt(domain: "d\($0 % 2)", text: "Number \($0)") }
    return request
  }

  private static func run(
    _ request: ServedGenerateRequest, corpus: String?, _ server: StoryServer, stoppingAfter limit: Int = .max
  ) throws -> [GenerateRequest.Text] {
    try request.run(
      try ServedTarget(path: model), corpus: corpus,
      by: ServerAccess(environment: [:], transport: { _ in server }),
      checkForStop: { if server.requests.count >= limit { throw RunStopped(signal: .interrupt) } }
    ).texts
  }

  @Test func textsAreReturnedWhereThereIsNoCorpus() throws {
    let texts = try Self.run(Self.request(prompts: 6), corpus: nil, StoryServer(words: 5))
    #expect(texts.map(\.prompt) == (0..<6).map { "Number \($0)" })
    #expect(texts.allSatisfy { !$0.text.isEmpty && ($0.ending == .endOfSequence) == ($0.ids.last == 1) })
  }

  @Test func aFileHoldsThemAll() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("corpus.h5")
    #expect(try Self.run(Self.request(prompts: 6), corpus: path, StoryServer(words: 5)).isEmpty)
    let reader = try CorpusReader(path)
    #expect(reader.documentCount == 6 && reader.domains == ["d0", "d1"])
  }

  @Test func aFolderIsGoneOnWithByTheSameTextsAlone() throws {
    let folder = try TemporaryFolder()
    let request = Self.request(prompts: 400)
    let (whole, pieces) = (folder.file("whole"), folder.file("pieces"))
    _ = try Self.run(request, corpus: whole, StoryServer(words: 400))
    #expect(throws: RunStopped.self) {
      _ = try Self.run(request, corpus: pieces, StoryServer(words: 400), stoppingAfter: 300)
    }
    let other = Self.request(prompts: 400, seed: 1)
    let error = #expect(throws: InputError.self) {
      _ = try Self.run(other, corpus: pieces, StoryServer(words: 400))
    }
    #expect(error?.key == "provenance")
    let server = StoryServer(words: 400)
    _ = try Self.run(request, corpus: pieces, server)
    #expect(server.requests.count < 400)
    for name in try Directory.list(whole) where name.hasSuffix(".h5") {
      let paths = [Path.joined(whole, name), Path.joined(pieces, name)]
      #expect(try SHA256.hash(file: paths[0]).digest == SHA256.hash(file: paths[1]).digest)
    }
  }

  @Test func aModelWithoutItsWeightsIsEnough() throws {
    let folder = try TemporaryFolder()
    for name in ["config.json", "tokenizer.json", "tokenizer_config.json"] {
      let bytes = try File.readAll(Path.joined(Self.model, name), limit: 1 << 24)
      try DurableFile.write(bytes, to: folder.file(name))
    }
    let path = folder.file("corpus.h5")
    _ = try Self.request(prompts: 2).run(
      try ServedTarget(path: folder.path), corpus: path,
      by: ServerAccess(environment: [:], transport: { _ in StoryServer(words: 5) }), checkForStop: {})
    #expect(try CorpusReader(path).description.vocabularySize == 2048)
  }

  @Test func anEndTokenThatIsNoneIsRefused() throws {
    var request = Self.request(prompts: 1)
    request.endpoint.endToken = "<|no such token|>"
    let error = #expect(throws: InputError.self) {
      _ = try Self.run(request, corpus: nil, StoryServer(words: 5))
    }
    #expect(error?.key == "end_token")
  }
}
