import ArgumentParser
import Evaluation
import Training

/// `pacer evaluate`
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Draft and verify: how many tokens does each call of the target yield?",
    discussion: """
      Drafting of chains or trees in Pacer's own engine, lossless; a chain of 4 tokens unless you ask for another \
      shape. A run folder stands for its best checkpoint by tau, else its newest; its recipe says target and (held-out) \
      prompts unless you do.

      --candidates compares rules on what target and drafter said after the run's own temperature wherever a draft was \
      judged, of chains and trees, up to the first rejection: some hundred positions, spread over the run. A drafter \
      that reads hidden states says it from its own states behind the first token, a small vocabulary leaves the other \
      tokens without probability, and Medusa's heads say it whichever tokens stand between.

      EXAMPLES
        pacer evaluate runs/quickstart
        pacer evaluate runs/quickstart --draft-length 7 --temperature 0.8
        pacer evaluate runs/eagle3 --tree dynamic --nodes 60 --depth 7 --top-k 10
        pacer evaluate runs/quickstart --floor 5
        pacer evaluate runs/quickstart --temperature 1 --candidates 4
        pacer evaluate drafter-folder --target target-folder --prompts prompts.jsonl --json
        pacer evaluate drafter-folder --target target-folder --prompts prompts.jsonl --floor-text corpus
      """)

  @OptionGroup var evaluation: EvaluationOptions

  @OptionGroup var drafting: DraftingOptions

  @Option(help: "Order of an n-gram model to measure beside it (5 with --floor-text, else none).")
  var floor: Int?

  @Option(help: "What that model counts: text, JSON lines or a corpus (default: what the run learnt last).")
  var floorText: String?

  @Option(
    help:
      "Compare verification rules for so many candidates at one position with what any could reach; for temperatures above 0."
  )
  var candidates: Int?

  @Option(
    help: "Write every cycle to this file: one JSON line for each prompt, with drafted, accepted and cut.")
  var cycles: String?

  @Option(help: "Write every draft tree to this file: one JSON line for each cycle.")
  var trees: String?

  @OptionGroup var compute: ComputeOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    var request = evaluation.request
    request.shape = try drafting.shape()
    request.floor = floor
    request.floorText = floorText
    request.candidates = candidates
    request.recordsTrees = trees != nil
    let report = try request.run(on: compute.backend())
    if let cycles { try CycleLog.write(report.log, to: cycles) }
    if let trees { try TreeLog.write(report.trees, to: trees) }
    if json {
      Console.write(String(decoding: try report.jsonBytes().dropLast(), as: UTF8.self))
    } else {
      for line in EvaluationTable.lines(report) { Console.write(line) }
    }
  }
}
