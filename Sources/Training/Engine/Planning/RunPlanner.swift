internal import Autodiff
internal import DraftData
internal import Drafters
internal import Evaluation
internal import FileSystem
internal import Foundation
internal import Models

/// Works out what a recipe will take, by building everything that the run would build over memory that is only
/// counted, and by timing a few steps.
package struct RunPlanner {
  private let recipe: Recipe
  private let folder: String
  private let threads: Int

  /// Memory of the program before it does anything, and the matrix library's own buffers.
  private static let programBytes = 48 << 20

  /// A plan of a recipe.
  ///
  /// - Parameters:
  ///   - folder: where the run would lie; its disk is asked for room.
  ///   - threads: of the arithmetic.
  package init(_ resolved: ResolvedRecipe, folder: String, threads: Int) {
    recipe = resolved.recipe
    self.folder = folder
    self.threads = threads
  }

  /// Reads the data as the run would, opens the target without its weights, and writes nothing that stays.
  ///
  /// - Parameter timing: whether steps are timed.
  /// - Throws: `InputError` for whatever would keep the run from starting.
  package func plan(timing: Bool = true) throws -> RunPlan {
    let scratch = try temporaryFolder()
    defer { try? Directory.removeTree(scratch) }
    let backend = CPUBackend(threads: 1, memory: .counted)
    let materials = RunMaterials(
      recipe, folder: RunFolder(scratch), backend: backend, readsWeights: false)
    let target = try materials.target()
    let targetBytes = backend.reservedBytes
    let frozen = recipe.stages.lazy.compactMap(\.training).first?.freeze ?? []
    let trainee = try Trainee(materials, frozen: frozen)
    try trainee.checkParameterNames(of: recipe.stages)
    var traineeBytes = backend.reservedBytes - targetBytes
    let sources = try dataSources(materials)
    var stages = StagePlanner(
      materials: materials, model: trainee.model, target: target?.model, backend: backend, sources: sources)
    let timer = timing ? StageTimer(threads: threads) : nil
    let planned = try recipe.stages.map { stage in
      if let wanted = stage.training?.freeze {
        let (model, bytes) = try stages.counted { try trainee.model(freezing: wanted, materials) }
        stages.model = model
        traineeBytes = max(traineeBytes, bytes)
      }
      return try stages.plan(stage, timer)
    }
    return RunPlan(
      name: recipe.name, threads: threads, trained: Self.model(trainee.model),
      target: target.map { Self.model(.standalone($0.model)) }, sources: sources,
      held: [
        RunPlan.Share(purpose: "program", bytes: Self.programBytes),
        RunPlan.Share(purpose: "target", bytes: targetBytes),
        RunPlan.Share(purpose: "trained model and its gradients", bytes: traineeBytes),
        RunPlan.Share(purpose: "documents", bytes: sources.reduce(0) { $0 + $1.textBytes }),
      ], stages: planned, checkpointCount: recipe.checkpoint.largestCount,
      freeDiskBytes: try Disk.freeBytes(at: existingFolder(above: folder)),
      availableMemoryBytes: MachineFacts.availableMemoryBytes)
  }

  private static func model(_ model: DraftModel) -> RunPlan.Model {
    let matrices = model.store.parameters.filter { model.vocabularyParameters.contains($0.name) }
    return RunPlan.Model(
      parameters: model.store.weightCount, trainableParameters: model.store.trainableWeightCount,
      vocabularyParameters: matrices.reduce(0) { $0 + $1.shape.count })
  }

  /// Every source that a stage reads and that exists already, counted in tokens.
  private func dataSources(_ materials: RunMaterials) throws -> [RunPlan.Source] {
    var sources: [RunPlan.Source] = []
    let names = recipe.stages.flatMap { stage in
      if case .features(let it) = stage { it.sources } else { stage.training?.mixture.names ?? [] }
    }
    for name in names where recipe.data[name] != nil && !sources.contains(where: { $0.name == name }) {
      let store = try materials.store(name, scope: .everything)
      let text = try materials.split(name).training.reduce(0) { $0 + $1.text.utf8.count + 64 }
      sources.append(
        RunPlan.Source(
          name: name, documents: store.documentCount, tokens: store.tokenCount, textBytes: text))
    }
    return sources
  }

  /// A folder of its own for a tokenizer that the run would train.
  private func temporaryFolder() throws -> String {
    let path = Path.joined(
      FileManager.default.temporaryDirectory.path(percentEncoded: false),
      TemporaryName.next(for: "pacer-plan"))
    try Directory.create(path)
    return path
  }

  /// The nearest folder that exists: the run folder does not yet.
  private func existingFolder(above path: String) -> String {
    var path = path
    while Directory.kind(of: path) != .folder {
      let above = Path.folder(of: path)
      if above == path || above.isEmpty { return "." }
      path = above
    }
    return path
  }
}
