package import Autodiff
internal import FileSystem

/// `pacer report`: one HTML page about a run folder.
package struct ReportRequest: Sendable {
  /// A run folder.
  package var run: String
  /// The file to write; nil: `report.html` in the run folder.
  package var out: String?
  /// What is decoded for the report; nil: the trees that evaluations have recorded are drawn.
  package var trees: TreeRequest?
  /// Recorded trees of each prompt that are drawn.
  package var cycleCount = 3

  /// A request about what the folder holds.
  package init(run: String) { self.run = run }

  /// Writes the page; `version` is the program's.
  ///
  /// - Parameter backend: made when models are needed.
  /// - Returns: the path of the page.
  /// - Throws: `InputError` where no run is, or what is there is damaged.
  package func write(version: String, on backend: () -> CPUBackend) throws -> String {
    let folder = RunFolder(run)
    let record = try RunRecord(folder)
    var sources = record.evaluations.map { TreeSection.Source(title: $0.name, trees: $0.trees) }
    if let trees { sources.insert(try trees.run(folder, record.recipe, on: backend()), at: 0) }
    let page = ReportPage(
      record: record, trees: TreeSection(sources, cycleCount: cycleCount), version: version)
    let path = out ?? folder.report
    try DurableFile.write(try page.bytes, to: path)
    return path
  }
}
