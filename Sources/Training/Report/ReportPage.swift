/// The page of a report.
struct ReportPage {
  let record: RunRecord
  let trees: TreeSection
  /// Of the program that writes the report.
  let version: String

  /// The bytes of the file.
  var bytes: [UInt8] {
    get throws {
      let sections = try [
        StagesSection(record: record).section, TrainingSection(record: record).section,
        AcceptanceSection(record: record).section, trees.section, DataSection(record: record).section,
        WarningsSection(record: record).section, ResolvedRecipeSection(record: record).section,
      ]
      return PageShell(title: record.recipe.name, version: version, source: record.folder.path).bytes(
        try MastheadSection(record: record).markup, sections)
    }
  }
}
