import ArgumentParser
import Training

/// `pacer report`
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write one HTML page about a run: curves, acceptance, draft trees, data, recipe.",
    discussion: """
      The page is one file that asks for nothing else: no server, no script, no network. A run that is going on or was \
      interrupted is reported as far as it has come, and is not disturbed.

      Draft trees that evaluate stages recorded are drawn without loading a model: the first cycles of one prompt of each \
      domain. With --prompt the run's best checkpoint and its target decode a prompt of yours, and the trees of its first \
      cycles are drawn: the shape is that of the recipe's last tree unless --tree or --draft-length says another; a chain \
      is a tree of one path. What `pacer evaluate` writes into RUN/evaluations, as NAME.json (--json) and NAME.trees.jsonl \
      (--trees), is shown beside the stages' own.

      EXAMPLES
        pacer report runs/quickstart
        pacer report runs/quickstart --out report.html
        pacer report runs/quickstart --prompt "Once upon a time" --cycles 2
        pacer report runs/eagle3 --prompt math:0 --prompt @question.txt --tree dynamic --nodes 30
      """)

  @Argument(help: "A run folder.")
  var folder: String

  @Option(help: "The page to write; one that is there is replaced (default: report.html in the run folder).")
  var out: String?

  @Option(
    help: ArgumentHelp(
      "A prompt to decode for the page: text, @FILE, or DOMAIN:INDEX for one of the recipe's prompts, from 0; may be "
        + "given several times.", valueName: "text"))
  var prompt: [String] = []

  @Option(help: "Cycles of a prompt whose trees are drawn.")
  var cycles = 3

  @Option(help: "At which --prompt is decoded; 0 is greedy.")
  var temperature = 0.0

  @OptionGroup var drafting: DraftingOptions

  @OptionGroup var compute: ComputeOptions

  func validate() throws {
    guard (1...64).contains(cycles) else { throw ValidationError("--cycles takes 1 to 64.") }
    guard prompt.isEmpty, drafting.isGiven || temperature != 0 else { return }
    throw ValidationError(
      "What is drafted, and at which temperature, says how to decode: give a --prompt too.")
  }

  func run() throws {
    var request = ReportRequest(run: folder)
    request.out = out
    request.cycleCount = cycles
    if !prompt.isEmpty {
      var trees = TreeRequest(prompts: prompt)
      trees.cycleCount = cycles
      trees.temperature = temperature
      trees.shape = drafting.isGiven ? try drafting.shape() : nil
      request.trees = trees
    }
    Console.write("wrote \(try request.write(version: Version.number) { compute.backend() })")
  }
}
