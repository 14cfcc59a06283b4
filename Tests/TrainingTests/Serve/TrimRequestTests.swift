import Autodiff
import DraftData
import Evaluation
import FileSystem
import Models
import TestSupport
import Testing
import Training

/// Draft vocabularies from calibration to a measured drafter.
@Suite struct TrimRequestTests {
  private static let target = repositoryRoot + "checkpoints/nano-target"

  /// What the target wrote after some prompts, with `tokens` of each in the loss.
  private func corpus(_ folder: borrowing TemporaryFolder) throws -> String {
    let path = folder.file("corpus.h5")
    let backend = CPUBackend(threads: 1)
    var request = GenerateRequest(sampling: .greedy)
    request.maximumNewTokens = 40
    request.prompts = (0..<8).map { PromptSet.Prompt(domain: "stories", text: "Once upon a time \($0)") }
    _ = try request.run(try TrainedModel.load(Self.target, on: backend), corpus: path, on: backend)
    return path
  }

  @Test func onlyTokensInTheLossAreCounted() throws {
    let folder = try TemporaryFolder()
    let path = try corpus(folder)
    let store = try CorpusReader(path).tokenStore()
    let learnt = zip(store.tokens, store.inLoss).filter { $1 }.map { $0.0 }
    #expect(learnt.count < store.tokenCount)
    let report = try TrimRequest(drafter: Self.target, calibration: [path]).run(on: CPUBackend(threads: 1))
    #expect(report.tokenCount == learnt.count && report.distinctCount == Set(learnt).count)
    #expect(report.coverage.map(\.size) == [1024, 512, 256, 128, 64, 32])
    for (coverage, before) in zip(report.coverage.dropFirst(), report.coverage) {
      #expect(coverage.tokenShare <= before.tokenShare && coverage.massShare == nil)
    }
    #expect(report.coverage[0].tokenShare == 1)
  }

  /// A greedy target's text says nothing of the mass beside it; running the target does.
  @Test func theTargetsProbabilityIsMeasured() throws {
    let folder = try TemporaryFolder()
    var request = TrimRequest(drafter: Self.target, calibration: [try corpus(folder)])
    (request.target, request.targetPositions) = (Self.target, 100)
    let report = try request.run(on: CPUBackend(threads: 1))
    let shares = try report.coverage.map { try #require($0.massShare) }
    #expect(shares.allSatisfy { $0 > 0 && $0 < 1 } && shares == shares.sorted(by: >))
    #expect(shares[0] > 0.9 && !report.coverage[0].isMassLowerBound)
  }

  @Test func aRecordedDistributionGivesALowerBound() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("corpus.h5")
    let size = try ModelLoader.open(path: Self.target).configuration.vocabularySize
    let writer = try CorpusFile(
      creating: path,
      CorpusDescription(vocabularySize: size, tokenizerHash: "", teacherEntryCount: 2, provenance: "test"))
    let half: Float = -0.6931472
    writer.append(
      CorpusDocument(
        tokens: [5, 6, 6, 7], promptLength: 1,
        teacher: .init(
          indices: [-1, -1, 6, 9, 6, 5, 7, 6], logProbabilities: [0, 0, half, half, half, half, half, half])))
    try writer.finish()
    var request = TrimRequest(drafter: Self.target, calibration: [path])
    request.size = 2
    // The end of a text is kept, so that of 6 and 7 only the one that occurs more often is.
    let coverage = try request.run(on: CPUBackend(threads: 1)).coverage[0]
    #expect(coverage.size == 2 && abs(coverage.tokenShare - 2.0 / 3) < 1e-12 && coverage.isMassLowerBound)
    #expect(abs(try #require(coverage.massShare) - 1.5 / 3) < 1e-3)
  }

  @Test func aTrimmedDrafterIsLosslessAndAcceptedWhereItHasTheToken() throws {
    let folder = try TemporaryFolder()
    let calibration = try corpus(folder)
    func acceptanceLength(size: Int) throws -> Double {
      var trim = TrimRequest(drafter: Self.target, calibration: [calibration])
      (trim.size, trim.out, trim.force) = (size, folder.file("trimmed.h5"), true)
      _ = try trim.run(on: CPUBackend(threads: 1))
      let files = try ModelLoader.open(path: folder.file("trimmed.h5"))
      #expect(files.configuration.headRowCount == size && files.configuration.vocabularySize == 2048)
      var request = EvaluationRequest(drafter: folder.file("trimmed.h5"))
      (request.target, request.prompts) = (Self.target, repositoryRoot + "assets/prompts/stories.jsonl")
      (request.promptCount, request.newTokens) = (4, 32)
      let report = try request.run(on: CPUBackend(threads: 1))
      #expect(report.greedyEqual?.equal == 4)
      return try #require(report.overall.metrics.tau)
    }
    // The target drafts for itself: only what the head lacks can be refused, and a calibration this small lacks much.
    let (most, few) = (try acceptanceLength(size: 2047), try acceptanceLength(size: 256))
    #expect(most > 4.9 && few > 1 && few < most)
  }

  @Test func aTrimmedHeadIsTrimmedOnceAndNoTarget() throws {
    let folder = try TemporaryFolder()
    let out = folder.file("trimmed.h5")
    var trim = TrimRequest(drafter: Self.target, calibration: [try corpus(folder)])
    (trim.size, trim.out) = (256, out)
    _ = try trim.run(on: CPUBackend(threads: 1))
    (trim.drafter, trim.out) = (out, nil)
    let error = #expect(throws: InputError.self) { try trim.run(on: CPUBackend(threads: 1)) }
    #expect(error?.found == "its head was trimmed to 256 tokens already")
    var request = EvaluationRequest(drafter: Self.target)
    (request.target, request.prompts) = (out, repositoryRoot + "assets/prompts/stories.jsonl")
    #expect(throws: InputError.self) { try request.run(on: CPUBackend(threads: 1)) }
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let folder = try TemporaryFolder()
    var request = TrimRequest(drafter: Self.target, calibration: [try corpus(folder)])
    for size in [0, 2048] {
      request.size = size
      let error = #expect(throws: InputError.self) { try request.run(on: CPUBackend(threads: 1)) }
      #expect(error?.key == "--size")
    }
  }
}
