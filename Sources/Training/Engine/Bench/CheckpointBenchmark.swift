package import Autodiff
internal import FileSystem

/// Copying, saving, verifying and restoring the state of a training run, as safely as a run does it.
package struct CheckpointBenchmark {
  package var parameters = 16_777_216
  private let backend: any Backend
  private let folder: String

  /// - Parameter folder: where to write; what is written is removed again.
  package init(folder: String, on backend: any Backend) {
    self.folder = folder
    self.backend = backend
  }

  /// Weights and AdamW's two moments: three arrays of `parameters` elements in all.
  ///
  /// - Throws: `InputError` when the disk refuses.
  package func run() throws -> [Measurement] {
    let store = ParameterStore(on: backend)
    let scope = ParameterScope(store)
    let side = 1024
    for index in 0..<max(1, parameters / (side * side)) {
      _ = scope(index).parameter("weight", [side, side], .normal(standardDeviation: 0.02))
    }
    store.reserve()
    defer { store.release() }
    store.initialize(seed: 1)
    let optimizer = OptimizerSettings.adamW(AdamW.Settings()).makeOptimizer(
      store, on: backend, rule: .none)
    let state = TrainingState(store, optimizer: optimizer, average: nil, on: backend)
    let place = Path.joined(folder, TemporaryName.next(for: "pacer-bench"))
    try Directory.create(place)
    defer { try? Directory.removeTree(place) }
    return try measure(state, in: place)
  }

  private func measure(_ state: TrainingState, in place: String) throws -> [Measurement] {
    let size = Double(Checkpoint.byteCount(of: state)) / 1_048_576
    let notes = Checkpoint.Notes(recipe: "", provenance: "")
    var snapshot = TrainingSnapshot(of: state)
    let copying = Stopwatch.samples(duration: 0.3) { snapshot.copy(state) }
    var number = 0
    let saving = try Stopwatch.samples(duration: 1) {
      if number > 0 {
        try Directory.removeTree(Path.joined(place, Checkpoint.prefix + String(number)))
      }
      number += 1
      _ = try Checkpoint.save(snapshot, RunProgress(), notes, number: number, in: place)
    }
    let path = Path.joined(place, Checkpoint.prefix + String(number))
    let restoring = try Stopwatch.samples(duration: 1) { try Checkpoint(folder: path).restore(state) }
    return [
      Measurement(name: "copying a snapshot", seconds: copying, amount: size, unit: "MB"),
      Measurement(name: "saving a checkpoint", seconds: saving, amount: size, unit: "MB"),
      Measurement(
        name: "verifying and restoring it", seconds: restoring, amount: size, unit: "MB"),
    ]
  }
}
