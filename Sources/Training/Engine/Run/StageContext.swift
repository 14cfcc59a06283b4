internal import Autodiff
internal import FileSystem
internal import Models

/// What every stage is given.
struct StageContext {
  let materials: RunMaterials
  let observer: ObserverGroup
  /// Begins and tells of saves.
  let saver: CheckpointSaver
  /// Looked at between steps.
  let requests: RunRequests
  /// Wall time since the process began to work on the run.
  let elapsedSeconds: () -> Double

  var recipe: Recipe { materials.recipe }
  var folder: RunFolder { materials.folder }
  var backend: CPUBackend { materials.backend }

  /// Throws when somebody has asked the run to end; long stages call it between two units of work.
  func checkForStop() throws(RunStopped) {
    if let signal = requests.stop() { throw RunStopped(signal: signal) }
  }
}

/// The run ends early because a signal asked for it. Everything is saved.
struct RunStopped: Error {
  let signal: SignalFlag.Signal
}
