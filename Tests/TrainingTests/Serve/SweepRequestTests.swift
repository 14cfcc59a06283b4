import Autodiff
import Evaluation
import FileSystem
import TestSupport
import Testing
import Training

/// Fixed lengths beside rules that end chains in time.
@Suite struct SweepRequestTests {
  private static let target = repositoryRoot + "checkpoints/nano-target"

  private var request: SweepRequest {
    var evaluation = EvaluationRequest(drafter: Self.target)
    evaluation.target = Self.target
    evaluation.prompts = repositoryRoot + "assets/prompts/stories.jsonl"
    (evaluation.promptCount, evaluation.newTokens, evaluation.timedPrompts) = (2, 16, 1)
    var request = SweepRequest(evaluation)
    (request.lengths, request.confidences) = ([3, 1], [0.95, 0.2])
    request.maximumLength = 5
    return request
  }

  /// The target as its own drafter: every draft is accepted, and what differs is how many there are.
  @Test func everyChainIsMeasuredAsAnEvaluationWould() throws {
    var told = 0
    let points = try request.run(on: CPUBackend(threads: 2)) { _ in told += 1 }
    #expect(points.map(\.value) == [1, 3, 0.2, 0.95] && told == 4)
    #expect(points.map(\.family) == [.fixed, .fixed, .confidence, .confidence])
    #expect(points[0].report.overall.metrics.tau == 2 && points[1].report.overall.metrics.tau == 4)
    let lengths = points.compactMap(\.report.overall.metrics.meanDraftLength)
    #expect(lengths.count == 4 && lengths[3] < lengths[2] && lengths[2] <= 5)
    #expect(points.allSatisfy { $0.report.speed != nil && $0.report.overall.metrics.discardRate == 0 })
    #expect(points.fastest(of: .fixed)?.family == .fixed && points.fastest(of: .rejection) == nil)
    #expect(points.allSatisfy { $0.report.greedyEqual == nil })
    var alone = request.evaluation
    alone.shape = .chain(3)
    #expect(try alone.run(on: CPUBackend(threads: 1)).log == points[1].report.log)
    let temporary = try TemporaryFolder()
    let page = temporary.file("sweep.html")
    try SweepPage(points, subject: "a <drafter> & its target", version: "test").write(to: page)
    let text = try File.readText(page, limit: 1 << 22)
    #expect(text.contains("a &lt;drafter&gt; &amp; its target") && text.contains("confidence 0.95"))
    #expect(WellFormedness.problem(in: text) == nil)
    #expect(text.contains("best fixed length, ") && !text.contains("<script"))
  }

  @Test func whatMakesNoChainIsRefused() throws {
    func expectRefusal(_ key: String, _ change: (inout SweepRequest) -> Void) {
      var wrong = request
      change(&wrong)
      let error = #expect(throws: InputError.self) { try wrong.run(on: CPUBackend(threads: 1)) }
      #expect(error?.key == key)
    }
    expectRefusal("--lengths") { $0.lengths = [0] }
    expectRefusal("--confidences") { $0.confidences = [1.5] }
    expectRefusal("--lengths") { ($0.lengths, $0.confidences) = ([], []) }
    // The rule needs two tokens at least, and a head that nobody named.
    expectRefusal("min_length") { ($0.rejections, $0.maximumLength) = ([0.5], 1) }
    expectRefusal("stop") { $0.rejections = [0.5] }
  }
}
