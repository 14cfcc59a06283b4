import FileSystem
import Logging
import Training

/// Puts into the log what is no progress: warnings always, details for those who want them.
final class EventLog: Observer {
  private let logger: Logger

  init(_ logger: Logger) { self.logger = logger }

  func receive(_ event: TrainingEvent) throws(InputError) {
    switch event {
    case .warning(let text): logger.warning("\(text)")
    case .stageFinished(let name, let seconds):
      logger.debug("stage \(name) took \(Int((seconds * 1000).rounded())) ms")
    default: break
    }
  }
}
