import Autodiff
import DraftData
import Evaluation
import FileSystem
import TestSupport
import Testing
import Training

@Suite struct GenerateRequestTests {
  private static func texts(corpus: String) throws -> [GenerateRequest.Text] {
    let backend = CPUBackend(threads: 1)
    var request = GenerateRequest(sampling: .greedy)
    request.maximumNewTokens = 6
    request.prompts = [
      PromptSet.Prompt(domain: "stories", text: "Once upon"), PromptSet.Prompt(domain: "math", text: "1 + 1"),
    ]
    let model = try TrainedModel.load(repositoryRoot + "checkpoints/nano-target", on: backend)
    return try request.run(model, corpus: corpus, on: backend)
  }

  @Test(arguments: ["corpus.h5", "corpus"]) func aCorpusHoldsTheTextsThatWereWritten(_ name: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.file(name)
    let texts = try Self.texts(corpus: path)
    #expect(Directory.kind(of: path) == (name.hasSuffix(".h5") ? .file : .folder))
    let reader = try CorpusReader(path)
    #expect(reader.documentCount == 2)
    #expect(reader.domains == ["stories", "math"])
    for (index, text) in texts.enumerated() {
      let document = try reader.document(index)
      #expect(document.promptLength > 1)
      #expect(Array(document.tokens.dropFirst(document.promptLength)) == text.ids)
      #expect(document.source == index && document.temperature == 0)
    }
    let error = #expect(throws: InputError.self) { _ = try Self.texts(corpus: path) }
    #expect(error?.code == .cannotCreate && error?.file == path)
  }

  @Test func whatAnEarlierAttemptLeftIsNotMixedWithNewTexts() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("corpus")
    _ = try Self.texts(corpus: path)
    // As a process leaves it that dies before the manifest.
    try Directory.removeFile(Path.joined(path, Manifest.fileName))
    let error = #expect(throws: InputError.self) { _ = try Self.texts(corpus: path) }
    #expect(error?.code == .cannotCreate && error?.found == "2 texts of an earlier attempt")
  }
}
