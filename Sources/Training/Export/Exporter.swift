internal import FileSystem

/// Writes a model in one format.
///
/// Every exporter leaves either the whole output or nothing, re-reads each tensor bit for bit before the output
/// gets its name, and writes equal bytes for equal requests.
package protocol Exporter: Sendable {
  /// The format's name in recipes and on the command line.
  var format: ExportStageRecipe.Format { get }
  /// Which models it can hold.
  var subjects: [ExportSubject] { get }
  /// Whether it can say which tokens the head of such a model has, where it has them for a part of the vocabulary.
  func holdsDraftVocabulary(of subject: ExportSubject) -> Bool
  /// How weights can be stored in it.
  var elementTypes: [ExportStageRecipe.ElementType] { get }
  /// How the output is named by default when the model is called `name`: `name.h5`, or a folder.
  func fileName(for name: String) -> String
  /// Writes `request` to `path`, durably.
  ///
  /// - Parameter force: whether an earlier export of this format at `path` may be replaced.
  /// - Throws: `InputError`: `cannotCreate` when something stands there, `badData` naming the tensor whose values
  ///   the element type cannot hold, `inputOutput` when writing fails. Nothing is left behind then.
  func export(_ request: ExportRequest, to path: String, force: Bool) throws
  /// What a person should know of an export that was written to `path`: the line that uses it, say.
  func advice(for request: ExportRequest, at path: String) throws -> [String]
}

extension Exporter {
  package var subjects: [ExportSubject] { [.languageModel] }

  package func holdsDraftVocabulary(of subject: ExportSubject) -> Bool { false }

  package var elementTypes: [ExportStageRecipe.ElementType] { [.float32, .float16, .bfloat16] }

  package func advice(for request: ExportRequest, at path: String) throws -> [String] { [] }

  /// Refuses a type that the format does not have.
  ///
  /// - Throws: `InputError` (usage).
  func checkElementType(of request: ExportRequest) throws {
    guard !elementTypes.contains(request.elementType) else { return }
    throw InputError(
      .usage, key: "dtype", found: "found '\(request.elementType.rawValue)' for \(format.rawValue)",
      expected: elementTypes.map(\.rawValue).joined(separator: ", "))
  }
}
