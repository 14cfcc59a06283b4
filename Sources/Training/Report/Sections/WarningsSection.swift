internal import Charts

/// The warnings of a run's log.
struct WarningsSection {
  let record: RunRecord

  var section: ReportSection {
    guard let log = record.log else {
      return ReportSection("warnings", "Warnings", [ReportSection.absent("There is no log in this folder.")])
    }
    guard !log.warnings.isEmpty else {
      return ReportSection("warnings", "Warnings", [ReportSection.absent("The log holds no warnings.")])
    }
    return ReportSection(
      "warnings", "Warnings", [.tag("ul", ["class": "warnings"], log.warnings.map { .tag("li", $0) })])
  }
}
