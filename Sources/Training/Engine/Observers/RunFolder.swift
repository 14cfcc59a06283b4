import FileSystem

/// The names inside `runs/NAME`.
public struct RunFolder: Sendable, Equatable {
  /// The folder itself.
  public let path: String

  /// The layout below `path`; touches nothing.
  public init(_ path: String) { self.path = path }

  /// The resolved recipe; `pacer run` accepts it.
  public var recipe: String { Path.joined(path, "config.yaml") }
  /// The command line that began the run.
  public var command: String { Path.joined(path, "command.txt") }
  /// Provenance: version, host, seed, hashes.
  public var provenance: String { Path.joined(path, "manifest.json") }
  /// The log for people.
  public var log: String { Path.joined(path, "log.txt") }
  /// One JSON object for each logged step.
  public var metrics: String { Path.joined(path, "metrics.jsonl") }
  /// TensorBoard event files.
  public var tensorBoard: String { Path.joined(path, "tb") }
  /// One folder or file for each kept checkpoint.
  public var checkpoints: String { Path.joined(path, "checkpoints") }
  /// Corpora that generate stages wrote.
  public var corpora: String { Path.joined(path, "corpora") }
  /// What evaluate stages measured.
  public var evaluations: String { Path.joined(path, "evaluations") }
  /// What export stages wrote.
  public var exports: String { Path.joined(path, "exports") }
  /// What `pacer report` writes, unless it is told otherwise.
  public var report: String { Path.joined(path, "report.html") }

  /// Whether a run has begun here.
  public var exists: Bool { Directory.kind(of: recipe) == .file }

  /// Makes the folder and writes recipe, command and provenance; everything is on the disk afterwards.
  ///
  /// - Parameters:
  ///   - recipe: its text names the run from then on.
  ///   - command: as it was typed.
  /// - Throws: `InputError` of code `cannotCreate` when a run has begun here, or when the disk refuses.
  public func create(for recipe: ResolvedRecipe, command: String, provenance: Provenance) throws {
    guard !exists else {
      throw InputError(
        .cannotCreate, file: path, found: "a run is here already",
        remedy: "Go on with it: pacer resume \(path). Or choose another folder with --run")
    }
    try Directory.create(path)
    try Directory.create(checkpoints)
    try DurableFile.write(Array((command + "\n").utf8), to: self.command)
    try DurableFile.write(Array(try provenance.text().utf8), to: self.provenance)
    let header = "# The resolved recipe of this run; every value is written out.\n"
    // The recipe comes last: its presence says that the folder is whole.
    try DurableFile.write(Array((header + recipe.yaml).utf8), to: self.recipe)
  }

  /// The recipe of a run that has begun.
  ///
  /// - Throws: `InputError` of code `missing` when there is none, `RecipeErrors` when it was damaged.
  public func resolvedRecipe() throws -> ResolvedRecipe {
    guard exists else {
      throw InputError(
        .missing, file: path, found: "no run is here", expected: "a folder with config.yaml",
        remedy: "Begin one with: pacer run RECIPE")
    }
    return try ResolvedRecipe.load(path: recipe)
  }
}
