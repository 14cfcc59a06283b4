import DraftData
import FileSystem
import Foundation
import Logging
import Training

/// A run as the command line shows it: observers, signals, the last word and the exit code.
struct RunConsole {
  private let resolved: ResolvedRecipe
  private let folder: RunFolder
  private let threads: Int
  private let display: RunDisplay
  private let logger: Logger

  init(_ resolved: ResolvedRecipe, folder: RunFolder, threads: Int, display: RunDisplay) {
    self.resolved = resolved
    self.folder = folder
    self.threads = threads
    self.display = display
    logger = Console.logger(display.logLevel)
  }

  /// Runs to the end, or ends the process with 128 + signal after saving.
  func carryOut(resumes: Bool) throws {
    logger.debug("recipe \(resolved.file)")
    for path in resolved.recipe.filePaths { logger.debug("reads \(path)") }
    let requests = RunRequests(SignalFlag.install())
    let resumedStep = resumes ? try RunSession.resumedStep(folder) : nil
    let session = RunSession(
      resolved, folder: folder, observer: try observers(resumedStep), threads: threads,
      requests: requests)
    switch try session.run() {
    case .finished: try tellResult(session)
    case .stopped(let signal): Foundation.exit(signal.exitStatus)
    }
  }

  private func observers(_ resumedStep: Int?) throws -> ObserverGroup {
    let logging = resolved.recipe.logging
    let draftLength = resolved.recipe.evaluation?.draftLength
    var observers: [any Observer] = [
      try MetricsLog(path: folder.metrics, every: logging.everySteps, resumedStep: resumedStep),
      try TextLog(path: folder.log, every: logging.everySteps, draftLength: draftLength),
    ]
    if logging.tensorBoard {
      observers.append(
        try TensorBoardLog(folder: folder.tensorBoard, every: logging.everySteps, resumedStep: resumedStep))
    }
    if !display.quiet {
      observers.append(
        ProgressDisplay(style: .standardError, every: logging.everySteps, draftLength: draftLength) {
          Console.noteInPlace($0)
        })
    }
    // After the display, which makes room for a line.
    observers.append(EventLog(logger))
    return ObserverGroup(observers)
  }

  private func tellResult(_ session: RunSession) throws {
    let result = try RunResult(resolved.recipe, folder: folder, trained: session.trained)
    if display.json {
      try Console.write(result.json)
    } else {
      for line in result.lines { Console.write(line) }
    }
  }
}
