internal import DraftData
internal import FileSystem
internal import Foundation

/// All that a run folder tells of its run, without opening a model.
struct RunRecord: Sendable {
  let folder: RunFolder
  let recipe: Recipe
  /// `config.yaml` as it stands.
  let recipeText: String
  /// `command.txt` and `manifest.json`; empty where there are none.
  let command: String
  let provenance: JSONNode
  /// The matrix kernels of the newest checkpoint.
  let kernels: String?
  let history: MetricsHistory
  let log: LogHistory?
  let state: RunState
  let evaluations: [EvaluationRecord]
  let corpora: [CorpusRecord]
  /// When the metrics were last written, in seconds since 1970.
  let lastWritten: Double?

  private static let largestText = 1 << 24

  /// Reads a folder, of a run that may be going on in it.
  ///
  /// - Throws: `InputError` where no run is, and naming file, line and key of what is damaged; `RecipeErrors` for a
  ///   damaged recipe.
  init(_ folder: RunFolder) throws {
    self.folder = folder
    recipe = try folder.resolvedRecipe().recipe
    recipeText = try File.readText(folder.recipe, limit: Self.largestText)
    command = try Self.text(folder.command)
    let manifest = try Self.text(folder.provenance)
    provenance =
      manifest.isEmpty
      ? JSONNode(.object(JSONObject())) : try JSONNode.parse(Array(manifest.utf8), file: folder.provenance)
    kernels = try Self.kernels(folder)
    // The state is asked first: a run that ends meanwhile is shown as going on, never as broken off.
    let holder = try RunLock.holder(of: folder.path)
    history = try MetricsHistory(folder.metrics)
    let log = try LogHistory(folder.log)
    self.log = log
    state = holder.map { .running(holder: $0) } ?? RunState(log)
    let recipe = recipe
    evaluations = try EvaluationRecord.names(recipe, in: folder).map {
      try EvaluationRecord($0, in: folder)
    }
    corpora = try CorpusRecord.all(in: folder)
    let facts = try? FileManager.default.attributesOfItem(atPath: folder.metrics)
    lastWritten = (facts?[.modificationDate] as? Date)?.timeIntervalSince1970
  }

  private static func text(_ path: String) throws -> String {
    Directory.kind(of: path) == .file ? try File.readText(path, limit: largestText) : ""
  }

  /// A checkpoint may be pruned while it is looked at, and whether one is damaged is for `pacer resume` to say: then there is
  /// no more lost than this fact.
  private static func kernels(_ folder: RunFolder) throws -> String? {
    guard Directory.kind(of: folder.checkpoints) == .folder else { return nil }
    let steps = try Directory.list(folder.checkpoints).compactMap { name in
      name.hasPrefix(Checkpoint.prefix) ? Int(name.dropFirst(Checkpoint.prefix.count)) : nil
    }
    return steps.max().flatMap { newest in
      let path = Path.joined(folder.checkpoints, Checkpoint.prefix + String(newest))
      return try? DurableDirectory.readManifest(path)["kernels"]
    }
  }
}
