import ArgumentParser
import DraftData
import Evaluation
import Training

/// `pacer sweep`
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "How long should chains be? Fixed lengths beside rules that end them in time.",
    discussion: """
      Measures chains of several fixed lengths, and chains that end early at several thresholds: --confidences for \
      Kangaroo's rule, which any drafter can follow, --rejections for SpecDec++'s, which asks an acceptance head. All on the \
      same prompts; speeds are those of plain decoding on the same prompts in turn. --out draws them.

      EXAMPLES
        pacer sweep runs/quickstart --confidences 0.2 0.4 0.6
        pacer sweep runs/specdecpp --temperature 1 --rejections 0.3 0.5 0.7 0.9 --out sweep.html
        pacer sweep drafter --target target --prompts prompts.jsonl --acceptance-head head --rejections 0.5 0.7 --json
      """)

  @OptionGroup var evaluation: EvaluationOptions

  @Option(parsing: .upToNextOption, help: "Fixed lengths.")
  var lengths = [1, 2, 3, 4, 5, 6, 8]

  @Option(parsing: .upToNextOption, help: "Thresholds of Kangaroo's rule.")
  var confidences: [Double] = []

  @Option(parsing: .upToNextOption, help: "Thresholds of SpecDec++'s rule.")
  var rejections: [Double] = []

  @Option(help: "Tokens of a chain that may end early.")
  var maximumLength = 20

  @Option(help: "Prompts on which speed is measured.")
  var timed = 12

  @Option(help: "Draw the sweep on a page; one that is there is replaced.")
  var out: String?

  @OptionGroup var compute: ComputeOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard (1...64).contains(maximumLength) else { throw ValidationError("--maximum-length takes 1 to 64.") }
    guard timed > 0 else { throw ValidationError("--timed takes 1 or more.") }
  }

  func run() throws {
    let points = try request.run(on: compute.backend()) { point in
      if !json { Console.note(Self.row(point.cells)) }
    }
    if let out { try SweepPage(points, subject: evaluation.drafter, version: Version.number).write(to: out) }
    if json { try Console.write(Self.object(points)) } else { Self.show(points) }
    if let out { Console.note("wrote \(out)") }
  }

  private var request: SweepRequest {
    var measured = evaluation.request
    measured.timedPrompts = timed
    var request = SweepRequest(measured)
    (request.lengths, request.confidences, request.rejections) = (lengths, confidences, rejections)
    request.maximumLength = maximumLength
    return request
  }

  private static func show(_ points: [SweepRequest.Point]) {
    if let first = points.first { Console.write("protocol  \(first.report.measured.promptSummary)\n") }
    Console.write(
      row(["chain", "tau", "95 %", "length", "discarded", "verified", "MBSU", "tokens/s", "speed-up"]))
    for point in points { Console.write(row(point.cells)) }
    for family in SweepRequest.Family.allCases {
      guard let best = points.fastest(of: family) else { continue }
      Console.write("fastest, \(family.title): \(best.cells[0]) (\(best.cells[8])x)")
    }
    Console.write(
      "\nlength: drafted tokens of a cycle, mean; discarded: drafts verified in vain for a token; verified: calls of the "
        + "target for a token; speed-up: over plain decoding of the same prompts, in turn")
  }

  private static func row(_ cells: [String]) -> String {
    cells.enumerated().map { index, cell in
      cell + String(repeating: " ", count: max(1, (index == 0 ? 18 : 11) - cell.count))
    }.joined()
  }

  private static func object(_ points: [SweepRequest.Point]) -> JSONValue {
    [
      "protocol": .string(points.first?.report.measured.promptSummary ?? ""),
      "points": .array(
        points.map { point in
          let metrics = point.report.overall.metrics
          func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
          return [
            "family": .string(point.family.rawValue), "value": .number(point.value),
            "tau": number(metrics.tau), "mean_draft_length": number(metrics.meanDraftLength),
            "discard_rate": number(metrics.discardRate),
            "verification_rate": number(metrics.verificationRate),
            "mbsu": number(point.report.overall.memoryBoundSpeedUp),
            "tokens_per_s": number(point.report.speed?.speculativeTokensPerSecond),
            "speedup": number(point.report.speed?.speedUp),
          ]
        }),
    ]
  }
}
