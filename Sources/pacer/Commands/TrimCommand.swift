import ArgumentParser
import DraftData
import Training

/// `pacer trim`
struct TrimCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trim",
    abstract: "Give a drafter a head for the tokens that matter only.",
    discussion: """
      VocabTrim: tokens that the target hardly ever writes are cut from the drafter's head, which drafting reads \
      whole for every token. No training is needed, and the output stays the target's own. Tokens are counted where \
      they are to be learnt: in a corpus that the target wrote (best), in one that the drafter wrote, or in text. \
      Without --size, several sizes are judged; with --out, an engine file is written, or the folder of an eagle \
      or eagle3 drafter.

      EXAMPLES
        pacer trim runs/quickstart --calibration runs/quickstart/corpora/corpus
        pacer trim runs/quickstart --calibration corpus.h5 --size 512 --out trimmed.h5
        pacer trim drafter --calibration text.jsonl --target target-folder --json
        pacer evaluate trimmed.h5 --target target-folder --prompts prompts.jsonl
      """)

  @Argument(help: "A run folder, a checkpoint, or a drafter (folder, engine file, model.bin:tokenizer.bin).")
  var drafter: String

  @Option(
    parsing: .upToNextOption, help: "Corpora (folders, .h5) or texts (.txt, .jsonl) to count tokens in.")
  var calibration: [String] = []

  @Option(help: "Tokens of the draft vocabulary; the end of a text is always one.")
  var size: Int?

  @Option(
    help: "Measure how much probability this model gives the tokens (default: as corpora recorded it).")
  var target: String?

  @Option(help: "Positions at which that is measured.")
  var positions = 20_000

  @Option(help: "The engine file to write; the folder, of an eagle or eagle3 drafter.")
  var out: String?

  @Option(help: "f32, f16 or bf16.")
  var dtype = "f32"

  @Flag(help: "Replace an earlier file.")
  var force = false

  @OptionGroup var compute: ComputeOptions

  @Flag(help: "Print one JSON object: what was counted, and what each size keeps.")
  var json = false

  func validate() throws {
    guard !calibration.isEmpty else { throw ValidationError("--calibration takes one file or more.") }
    guard positions > 0 else { throw ValidationError("--positions takes 1 or more.") }
    guard out == nil || size != nil else { throw ValidationError("--out needs --size.") }
    guard ExportStageRecipe.ElementType(rawValue: dtype) != nil else {
      throw ValidationError("--dtype takes f32, f16 or bf16.")
    }
  }

  func run() throws {
    var request = TrimRequest(drafter: drafter, calibration: calibration)
    (request.size, request.target, request.targetPositions) = (size, target, positions)
    (request.out, request.force) = (out, force)
    request.elementType = ExportStageRecipe.ElementType(rawValue: dtype) ?? .float32
    let report = try request.run(on: compute.backend())
    if json { try Console.write(Self.object(report)) } else { Self.show(report) }
    if let out { Console.note("wrote \(out)") }
  }

  private static func show(_ report: TrimRequest.Report) {
    Console.write(
      "\(report.tokenCount) tokens counted, \(report.distinctCount) different ones of \(report.vocabularySize)"
    )
    Console.write("size\tof tokens\tof the target's probability\tweights of the head")
    for coverage in report.coverage {
      let mass = coverage.massShare.map { (coverage.isMassLowerBound ? "≥ " : "") + percent($0) } ?? "unknown"
      Console.write(
        "\(coverage.size)\t\(percent(coverage.tokenShare))\t\(mass)\t\(coverage.size * report.hiddenSize)")
    }
  }

  private static func percent(_ share: Double) -> String { NumberText.fixed(100 * share, 2) + " %" }

  private static func object(_ report: TrimRequest.Report) -> JSONValue {
    [
      "vocabulary_size": .integer(report.vocabularySize), "tokens": .integer(report.tokenCount),
      "distinct_tokens": .integer(report.distinctCount),
      "sizes": .array(
        report.coverage.map { coverage in
          [
            "size": .integer(coverage.size), "token_share": .number(coverage.tokenShare),
            "target_mass_share": coverage.massShare.map { .number($0) } ?? .null,
            "target_mass_is_lower_bound": .bool(coverage.isMassLowerBound),
            "head_weights": .integer(coverage.size * report.hiddenSize),
          ]
        }),
    ]
  }
}
