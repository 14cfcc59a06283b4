internal import Autodiff
package import FileSystem
internal import Models
internal import Serving

/// What every stage is given.
struct StageContext {
  let materials: RunMaterials
  let observer: ObserverGroup
  /// Begins and tells of saves.
  let saver: CheckpointSaver
  /// Looked at between steps.
  let requests: RunRequests
  let servers: ServerAccess
  /// Says how much room the disk of a folder has.
  let freeBytes: @Sendable (String) throws(InputError) -> Int
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
package struct RunStopped: Error {
  package let signal: SignalFlag.Signal

  package init(signal: SignalFlag.Signal) { self.signal = signal }
}
