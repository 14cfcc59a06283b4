import Charts
import Testing

@Suite struct IntervalChartTests {
  @Test func barsBeginAtNothingAndIntervalsAreDrawnOverThem() {
    let html = IntervalChart(
      "tau", axis: Axis("tokens per call", .including(0)) { value, _ in "\(value)" },
      groups: [.init("tree", [.init("all", 2, 1...4), .init("code", nil, nil)])],
      reference: (1, "no drafter")
    ).markup.html
    // Of 400: 92 to the left and 50 to the right of the bars; 0 to 4 across.
    #expect(html.contains("<rect x=\"92\" y=\"33\" width=\"129\" height=\"13\" class=\"bar\">"), "\(html)")
    #expect(html.contains("<line x1=\"156.5\" y1=\"39.5\" x2=\"350\" y2=\"39.5\" class=\"whisker\">"))
    #expect(html.contains("class=\"reference\"") && html.contains("not measured"))
  }
}
