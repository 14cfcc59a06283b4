internal import Drafters
internal import FileSystem

/// All formats that a model can be exported to.
package enum ExportCatalog {
  /// One exporter for each format, in the order in which help lists them.
  package static let exporters: [any Exporter] = [
    EngineExporter(), HuggingFaceExporter(), GGUFExporter(), DrafterFolderExporter(.eagle, .eagle),
    DrafterFolderExporter(.eagleVLLM, .eagle), DrafterFolderExporter(.eagle3, .eagle3),
    DrafterFolderExporter(.speculators, .speculators), MedusaExporter(),
    AcceptanceHeadExporter(),
  ]

  /// Those that can say which tokens a small head has, of a kind of model.
  static func draftVocabularyExporters(of subject: ExportSubject) -> [any Exporter] {
    exporters.filter { $0.subjects.contains(subject) && $0.holdsDraftVocabulary(of: subject) }
  }

  /// The exporter of a format.
  package static func exporter(for format: ExportStageRecipe.Format) -> any Exporter {
    guard let exporter = exporters.first(where: { $0.format == format }) else {
      preconditionFailure("no exporter for \(format)")
    }
    return exporter
  }

  /// The exporter of that name.
  ///
  /// - Throws: `InputError` (usage) that lists the names.
  package static func exporter(named name: String) throws -> any Exporter {
    if let exporter = exporters.first(where: { $0.format.rawValue == name }) { return exporter }
    throw InputError(
      .usage, key: "--format", found: "found '\(DisplayText.escaped(name))'",
      expected: exporters.map(\.format.rawValue).joined(separator: " or "))
  }
}
