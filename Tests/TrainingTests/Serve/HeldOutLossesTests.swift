import Autodiff
import DraftData
import FileSystem
import Foundation
import TestSupport
import Testing
import Training

@Suite struct HeldOutLossesTests {
  private static let target = repositoryRoot + "checkpoints/nano-target"

  private static func recipe(_ stories: String, holdout: Double = 0.5) throws -> Recipe {
    let text = """
      name: losses
      target: {path: \(target)}
      drafter: {hidden: 16, layers: 1, heads: 2, ffn: 32}
      data:
        stories: {kind: file, path: \(stories), holdout: \(holdout)}
        sums: {kind: synthetic, domain: math, count: 40}
      stages:
        - {name: pretrain, kind: pretrain, steps: 1, sequence_length: 16, batch_size: 1, mixture: {sums: 1}}
      """
    return try ResolvedRecipe.load(text: text, file: "losses.yaml").recipe
  }

  private static func stories(_ folder: borrowing TemporaryFolder) throws -> String {
    let path = folder.file("stories.txt")
    let lines = (1...40).map { "Once upon a time there was a cat with \($0) friends. They played all day." }
    try DurableFile.write(Array(lines.joined(separator: "\n\n").utf8), to: path)
    return path
  }

  @Test func addsUpTheScoresOfHeldOutDocumentsAlone() throws {
    let folder = try TemporaryFolder()
    let stories = try Self.stories(folder)
    let backend = CPUBackend(threads: 1)
    let request = HeldOutLosses(try Self.recipe(stories), model: Self.target)
    let found = try request.run(on: backend)
    #expect(found.map(\.source) == ["stories"])
    let loss = try #require(found.first)

    let all = try DocumentFile(stories, domain: "stories").paragraphs()
    let heldOut = try HeldOutSplit(fraction: 0.5).split(all).heldOut
    let trained = try TrainedModel.load(Self.target, on: backend)
    let encoder = DocumentEncoder(try #require(try trained.tokenizer()))
    var (nats, tokens) = (0.0, 0)
    for document in heldOut {
      let positions = try ScoreRequest(trained.languageModel(), on: backend).run(
        encoder.encode(document).tokens
      )
      .positions
      nats -= positions.reduce(0) { $0 + Double($1.logProbability ?? 0) }
      tokens += positions.count - 1
    }
    #expect(loss.documents == heldOut.count && loss.documents > 5 && loss.documents < 35)
    #expect(loss.tokens == tokens && loss.nats == nats)
    #expect(loss.bytes == heldOut.reduce(0) { $0 + $1.text.utf8.count })
    // Far from the 7.6 nats of guessing among 2,048.
    #expect(loss.natsPerToken < 4 && loss.bitsPerByte < loss.natsPerToken)
  }

  @Test func stopsAtItsLimits() throws {
    let folder = try TemporaryFolder()
    var request = HeldOutLosses(try Self.recipe(try Self.stories(folder)), model: Self.target)
    (request.tokenLimit, request.documentLimit) = (10, 6)
    let loss = try #require(try request.run(on: CPUBackend(threads: 1)).first)
    #expect(loss.documents == 2 && loss.tokens == 10)
  }

  @Test func aRecipeThatHoldsNothingOutIsRefused() throws {
    let folder = try TemporaryFolder()
    let recipe = try Self.recipe(try Self.stories(folder), holdout: 0)
    let error = #expect(throws: InputError.self) {
      try HeldOutLosses(recipe, model: Self.target).run(on: CPUBackend(threads: 1))
    }
    #expect(error?.key == "data" && error?.code == .usage)
  }
}

extension DocumentFile {
  fileprivate func paragraphs() throws -> [Document] {
    var file = self
    file.textSplit = .blankLines
    return try file.documents()
  }
}
