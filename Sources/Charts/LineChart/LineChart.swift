/// Lines over a common x axis, as inline SVG with a legend above it.
///
/// Series longer than the drawing is wide are drawn as an `Envelope`: a band from the smallest to the largest value of each
/// column, and a line through their means. Pointing at a column shows its numbers, without any script.
package struct LineChart: Sendable {
  /// A stretch of the x axis with a name.
  package struct Band: Sendable, Equatable {
    let name: String
    let range: ClosedRange<Double>

    /// A stretch.
    package init(_ name: String, _ range: ClosedRange<Double>) { (self.name, self.range) = (name, range) }
  }

  let title: String
  let x: Axis
  let y: Axis
  let series: [Series]
  let bands: [Band]
  /// Whether every point is marked: for few of them.
  let marksPoints: Bool

  /// A chart; at most six series can be told apart.
  package init(
    _ title: String, x: Axis, y: Axis, series: [Series], bands: [Band] = [], marksPoints: Bool = false
  ) {
    precondition(series.count <= 6, "a chart of \(series.count) series")
    (self.title, self.x, self.y, self.series) = (title, x, y, series)
    (self.bands, self.marksPoints) = (bands, marksPoints)
  }

  /// The chart as a figure of a page.
  package var markup: Markup {
    let drawing = LineDrawing(self)
    var caption: [Markup] = [.tag("strong", title)]
    if drawing.yScale.isLogarithmic { caption.append(.tag("span", ["class": "hint"], " logarithmic")) }
    if let note = drawing.thinning { caption.append(.tag("span", ["class": "hint"], " " + note)) }
    return .tag(
      "figure", ["class": "chart"],
      [.tag("figcaption", caption), series.count > 1 ? legend : .nothing, drawing.svg])
  }

  private var legend: Markup {
    .tag(
      "ul", ["class": "legend"],
      series.enumerated().map { index, series in
        let line = Markup.tag(
          "line", ["x1": "1", "y1": "5", "x2": "23", "y2": "5", "class": "line s\(index)"])
        return .tag(
          "li",
          [.svg(width: 24, height: 10, label: nil, [line]), .text(series.name)])
      })
  }
}
