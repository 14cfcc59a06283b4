internal import Charts

/// A table of a report; wider than the page it can be scrolled by itself.
struct ReportTable {
  /// A heading, and whether numbers stand below it.
  typealias Column = (title: String, isNumeric: Bool)

  private let columns: [Column]
  private var rows: [Markup] = []

  /// A table without rows.
  init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row, its first cell naming it.
  ///
  /// - Parameter isMinor: whether it belongs to the row above.
  mutating func append(_ cells: [String], isMinor: Bool = false) {
    append(cells.map { .text($0) }, isMinor: isMinor)
  }

  /// Adds a row of pieces.
  mutating func append(_ cells: [Markup], isMinor: Bool = false) {
    precondition(cells.count == columns.count, "\(cells.count) cells under \(columns.count) headings")
    let content = zip(cells, columns).enumerated().map { index, pair -> Markup in
      let style = pair.1.isNumeric ? "number" : ""
      return index == 0
        ? .tag("th", ["scope": "row", "class": style], [pair.0]) : .tag("td", ["class": style], [pair.0])
    }
    rows.append(.tag("tr", ["class": isMinor ? "minor" : ""], content))
  }

  var markup: Markup {
    let head = columns.map { column in
      Markup.tag("th", ["scope": "col", "class": column.isNumeric ? "number" : ""], column.title)
    }
    return .tag(
      "div", ["class": "scroll", "tabindex": "0"],
      [.tag("table", [.tag("thead", [.tag("tr", head)]), .tag("tbody", rows)])])
  }
}
