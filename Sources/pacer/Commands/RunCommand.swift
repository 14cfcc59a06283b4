import ArgumentParser
import FileSystem
import Foundation
import Logging
import Training

/// `pacer run`
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Carry out a recipe: train, generate, align, evaluate, export.",
    discussion: """
      Everything lands in runs/NAME: checkpoints, corpora, evaluations, exports, metrics.jsonl, log.txt.
      Ctrl-C once: finish the step, save and exit. Twice: exit at once; what was saved stays.
      SIGTERM does the same. SIGUSR1 saves at the next step and goes on (Slurm: --signal=USR1@300). SIGHUP is \
      ignored unless standard output or standard error is a terminal.

      EXAMPLES
        pacer run recipes/fastdraft/quickstart.yaml
        pacer run recipes/fastdraft/quickstart.yaml --plan
        pacer run recipes/fastdraft/quickstart.yaml stages.align.steps=1000 seed=7 --run runs/longer
        pacer run recipes/fastdraft/stories260k.yaml target=stories260K.bin:tok512.bin text=stories.jsonl
      """)

  @OptionGroup var arguments: RecipeArguments

  @Option(
    name: .customLong("run"), help: "The run folder (default: runs/NAME, after the recipe's name).")
  var runFolder: String?

  @Flag(
    help:
      "Say what the run will take (parameters, operations, memory, disk, tokens, time), and write nothing.")
  var plan = false

  @OptionGroup var display: RunDisplay

  func run() throws {
    let resolved = try ResolvedRecipe.load(path: arguments.recipe, arguments: arguments.changes)
    let folder = RunFolder(runFolder ?? Path.joined("runs", resolved.recipe.name))
    let threads = resolved.recipe.threads ?? MachineFacts.processorCount
    if plan { return try tellPlan(RunPlanner(resolved, folder: folder.path, threads: threads).plan()) }
    let provenance = try Provenance(of: resolved.recipe, version: Version.number, threads: threads)
    let command = CommandLine.arguments.joined(separator: " ")
    try folder.create(for: resolved, command: command, provenance: provenance)
    try RunConsole(resolved, folder: folder, threads: threads, display: display).carryOut(resumes: false)
  }

  private func tellPlan(_ plan: RunPlan) throws {
    if display.json {
      try Console.write(plan.json)
    } else {
      for line in plan.lines { Console.write(line) }
    }
    if !plan.fits { throw ExitCode(InputError.Code.system.exitStatus) }
  }
}

/// `pacer resume`
struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Go on with a run that was interrupted, bit for bit.",
    discussion: """
      After Ctrl-C, SIGTERM, kill -9 or a power cut. The newest intact checkpoint is used; a damaged one is \
      set aside and the one before it taken.

      EXAMPLES
        pacer resume runs/quickstart
        pacer resume runs/quickstart --json
      """)

  @Argument(help: "The run folder.")
  var folder: String

  @OptionGroup var display: RunDisplay

  func run() throws {
    let folder = RunFolder(folder)
    let resolved = try folder.resolvedRecipe()
    let threads = resolved.recipe.threads ?? MachineFacts.processorCount
    try RunConsole(resolved, folder: folder, threads: threads, display: display).carryOut(resumes: true)
  }
}

/// How a run shows itself.
struct RunDisplay: ParsableArguments {
  @Flag(help: "Print one JSON object at the end, and nothing else, on standard output.")
  var json = false

  @Flag(help: "Write progress to the run folder only; warnings are shown all the same.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Say too which files are read and how long each stage took.")
  var verbose = false

  func validate() throws {
    if quiet && verbose { throw ValidationError("Give either --quiet or --verbose.") }
  }

  /// What the log of the run leaves out is below it.
  var logLevel: Logger.Level { quiet ? .warning : verbose ? .debug : .info }
}
