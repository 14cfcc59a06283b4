package import Autodiff
package import FileSystem
internal import HDF5

/// A saved moment of a run: everything that a bitwise continuation needs, in `step-N/state.h5`.
///
/// Layout of `state.h5`: attributes `format`, `format_version`, `complete` (written last); texts `progress`, `recipe`
/// and `provenance`; one float32 dataset for each entry of `TrainingSnapshot` under `model/`, `optimizer/` and
/// `average/`. The folder is committed by the protocol of `DurableDirectory`; its manifest carries the hashes of
/// the weights and of the state, and SHA-256 of the whole file is verified before HDF5 opens it.
package struct Checkpoint: Sendable {
  /// The committed folder.
  package let folder: String
  package let manifest: Manifest
  package let progress: RunProgress

  /// Folders are named `step-N` by the number of the save's global step, stages counted.
  package static let prefix = "step-"
  package static let fileName = "state.h5"
  package static let format = "pacer-checkpoint"
  package static let formatVersion = 1

  /// Texts that travel with the arrays.
  package struct Notes: Sendable {
    /// The resolved recipe.
    package var recipe: String
    /// Versions, host, command: told, never compared.
    package var provenance: String

    /// Both texts.
    package init(recipe: String, provenance: String) {
      self.recipe = recipe
      self.provenance = provenance
    }
  }

  /// The size of a save, rounded up: its arrays, their headers and the texts.
  package static func byteCount(of state: TrainingState) -> Int {
    state.entries.reduce(1 << 16) { $0 + 4 * $1.slot.count + 1024 }
  }

  /// Saves a moment; returns only when it would survive a power cut.
  ///
  /// A number is saved once: where an intact folder of that number stands already it is returned as it is, and a
  /// damaged one is set aside first.
  ///
  /// - Throws: `InputError` (numeric) for weights that are not finite, else what the disk said. Nothing stands
  ///   under the name then but what stood there before.
  package static func save(
    _ state: TrainingSnapshot, _ progress: RunProgress, _ notes: Notes, number: Int, in parent: String
  ) throws -> Checkpoint {
    if let path = state.firstNonFiniteWeight {
      throw InputError(
        .numeric, key: path, found: "a weight is not finite", expected: "finite weights in a checkpoint")
    }
    let name = prefix + String(number)
    let existing = Path.joined(parent, name)
    if Directory.kind(of: existing, followsLinks: false) != nil {
      if let intact = try? Checkpoint(folder: existing) { return intact }
      try DurableDirectory.setAside(existing)
    }
    let facts = [
      Manifest.Fact("step", String(progress.step)),
      Manifest.Fact("weights_hash", state.weightsHash.description),
      Manifest.Fact("state_hash", state.stateHash(progress).description),
      Manifest.Fact("kernels", MatrixKernels.preferred.rawValue),
    ]
    let manifest = try DurableDirectory.commit(in: parent, name: name, facts: facts) { folder in
      try write(state, progress, notes, to: Path.joined(folder, fileName))
    }
    return Checkpoint(folder: existing, manifest: manifest, progress: progress)
  }

  private init(folder: String, manifest: Manifest, progress: RunProgress) {
    self.folder = folder
    self.manifest = manifest
    self.progress = progress
  }

  private static func write(
    _ state: TrainingSnapshot, _ progress: RunProgress, _ notes: Notes, to path: String
  ) throws {
    let file = try HDF5File(creating: path)
    try file.setAttribute("format", format)
    try file.setAttribute("format_version", formatVersion)
    try file.writeText(progress.text, to: "progress")
    try file.writeText(notes.recipe, to: "recipe")
    try file.writeText(notes.provenance, to: "provenance")
    for entry in state.entries {
      // HDF5 stores at least one dimension; a counter is an array of one.
      try file.write(entry.values, shape: entry.shape.isEmpty ? [1] : entry.shape, to: entry.path)
    }
    try file.setAttribute("complete", 1)
    try file.close()
  }

  /// Opens a committed folder after verifying every byte of it.
  ///
  /// - Throws: `InputError` for a folder that is incomplete, damaged, of another format or of a later version.
  package init(folder: String) throws {
    manifest = try DurableDirectory.verify(folder)
    self.folder = folder
    let path = Path.joined(folder, Self.fileName)
    let file = try HDF5File(reading: path)
    try Self.checkFormat(file, path)
    progress = try RunProgress(text: try file.readText("progress"), file: path)
  }

  private static func checkFormat(_ file: borrowing HDF5File, _ path: String) throws {
    guard try file.string("format") == format, try file.integer("complete") == 1 else {
      throw InputError(.badData, file: path, key: "format", found: "no complete \(format)", expected: format)
    }
    let version = try file.integer("format_version") ?? 0
    guard version == formatVersion else {
      throw InputError(
        .badData, file: path, key: "format_version", found: "found \(version)",
        expected: "\(formatVersion)",
        remedy: version > formatVersion ? "It was saved by a later Pacer; update this one" : nil)
    }
  }
}

extension Checkpoint {
  private var path: String { Path.joined(folder, Self.fileName) }

  /// The texts saved with it.
  package func notes() throws -> Notes {
    let file = try HDF5File(reading: path)
    return Notes(recipe: try file.readText("recipe"), provenance: try file.readText("provenance"))
  }

  /// Restores arrays; those of `state` and those of the file must be the same.
  ///
  /// - Parameter onlyWeights: whether optimizer and average are left alone, as between two stages.
  /// - Throws: `InputError` naming every entry that is missing, extra or of another shape.
  package func restore(_ state: TrainingState, onlyWeights: Bool = false) throws {
    let wanted = state.entries.filter { !onlyWeights || $0.path.hasPrefix(TrainingState.modelFolder) }
    let file = try HDF5File(reading: path)
    let groups = onlyWeights ? ["model"] : ["model", "optimizer", "average"]
    var names: [String] = []
    for group in groups where file.contains(group) { names += try file.datasets(under: group) }
    let missing = wanted.filter { !file.contains($0.path) }.map { "\($0.path) is missing" }
    let known = Set(wanted.map(\.path))
    let extra = names.filter { !known.contains($0) }.map { "\($0) is not part of this run" }
    guard missing.isEmpty, extra.isEmpty else {
      throw InputError(
        .badData, file: path, key: "state", found: (missing + extra).prefix(20).joined(separator: "; "),
        expected: "the arrays of the recipe that is being resumed")
    }
    for entry in wanted {
      let dataset = try file.dataset(entry.path)
      try dataset.require(.float32, shape: entry.shape.isEmpty ? [1] : entry.shape.map { $0 })
      state.write(try dataset.readAll(as: Float.self), to: entry)
    }
  }

  /// Restores the weights that should be used: the averages, where training kept some, else the weights.
  package func restoreWeights(of store: ParameterStore, on backend: any Backend) throws {
    try restore(TrainingState(store, optimizer: nil, average: nil, on: backend), onlyWeights: true)
    let file = try HDF5File(reading: path)
    for parameter in store.parameters where file.contains("average/\(parameter.name).average") {
      let values = try file.dataset("average/\(parameter.name).average").readAll(as: Float.self)
      guard values.count == parameter.shape.count else {
        throw InputError(.badData, file: path, key: parameter.name, found: "an average of another shape")
      }
      store.write(values, to: parameter)
    }
  }
}
