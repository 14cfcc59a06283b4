/// Writes a model in one format.
///
/// Every exporter leaves either the whole output or nothing, re-reads each tensor bit for bit before the output
/// gets its name, and writes equal bytes for equal requests.
package protocol Exporter: Sendable {
  /// The format's name in recipes and on the command line.
  var format: ExportStageRecipe.Format { get }
  /// How the output is named by default when the model is called `name`: `name.h5`, or a folder.
  func fileName(for name: String) -> String
  /// Writes `request` to `path`, durably.
  ///
  /// - Parameter force: whether an earlier export of this format at `path` may be replaced.
  /// - Throws: `InputError`: `cannotCreate` when something stands there, `badData` naming the tensor whose values
  ///   the element type cannot hold, `inputOutput` when writing fails. Nothing is left behind then.
  func export(_ request: ExportRequest, to path: String, force: Bool) throws
}
