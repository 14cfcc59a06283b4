import Foundation
import Glibc
import Training

extension ProgressDisplay.Style {
  /// Repainted and coloured on a terminal, plain anywhere else; `NO_COLOR` is honoured.
  static var standardError: ProgressDisplay.Style {
    let environment = ProcessInfo.processInfo.environment
    guard isatty(STDERR_FILENO) != 0 else { return .plain }
    return ProgressDisplay.Style(
      repaints: true, isColoured: environment["NO_COLOR"] == nil,
      columns: environment["COLUMNS"].flatMap { Int($0) } ?? 120)
  }
}
