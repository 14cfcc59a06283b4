import Charts
import Testing

@Suite struct LineChartTests {
  private static func axis(_ label: String, _ extent: Scale.Extent = .values, isWhole: Bool = false) -> Axis {
    Axis(label, extent, isWhole: isWhole) { value, digits in digits == 0 ? "\(Int(value))" : "\(value)" }
  }

  private static func chart(_ series: [Series], bands: [LineChart.Band] = []) -> String {
    LineChart(
      "Loss", x: axis("step", isWhole: true), y: axis("loss", .fixed(0...1)), series: series, bands: bands
    ).markup.html
  }

  @Test func theCornersOfTheAreaAreThoseOfTheScales() {
    // Of 400 × 212: 66 and 14 beside the area, 20 above and 38 below it.
    let html = Self.chart([Series("loss", [.init(0, 0), .init(50, 0.5), .init(100, 1)])])
    #expect(html.contains("<polyline points=\"66,174 226,97 386,20\" class=\"line s0\">"), "\(html)")
  }

  @Test func everyTickIsNamed() {
    let html = Self.chart([Series("loss", [.init(0, 0), .init(400, 1)])])
    for tick in ["0", "100", "200", "300", "400", "0.2", "1.0"] {
      #expect(html.contains("class=\"tick\"") && html.contains(">\(tick)</text>"), "\(tick): \(html)")
    }
    #expect(html.contains(">step</text>") && html.contains(">loss</text>"))
  }

  @Test func stagesAreBandsUnderTheLines() {
    let html = Self.chart(
      [Series("loss", [.init(0, 0), .init(100, 1)])],
      bands: [.init("pretrain", 0...50), .init("a<b", 50...100)])
    #expect(
      html.contains(
        "<rect x=\"66\" y=\"20\" width=\"160\" height=\"154\" class=\"band\"><title>pretrain</title>"))
    #expect(html.contains("class=\"band odd\"><title>a&lt;b</title>"))
    let kinds = html.matches(of: /class="band"|<polyline/).map { String($0.0) }
    #expect(kinds == ["class=\"band\"", "<polyline"])
  }

  @Test func thinnedLinesSayThatTheyAre() {
    let many = (0..<1000).map { Series.Point(Double($0), $0.isMultiple(of: 2) ? 0.25 : 0.75) }
    let html = Self.chart([Series("loss", many)])
    #expect(
      html.contains("<polygon ") && html.contains("mean and range of up to 4 points each"))
    #expect(!Self.chart([Series("loss", Array(many.prefix(100)))]).contains("<polygon "))
  }

  @Test func pointingAtAPlaceShowsItsNumbers() {
    let html = Self.chart([
      Series("loss", [.init(10, 0.5), .init(20, nil)]), Series("other", [.init(10, 0.25)]),
    ])
    #expect(html.contains("<title>step 10\nloss: 0.5\nother: 0.25</title>"), "\(html)")
    #expect(html.contains("<title>step 20\nloss: not a number</title>"))
  }

  @Test func onlySeveralLinesNeedALegend() {
    let series = Series("loss", [.init(0, 0)])
    #expect(
      !Self.chart([series]).contains("legend") && Self.chart([series, Series("b", [])]).contains("legend"))
  }
}
