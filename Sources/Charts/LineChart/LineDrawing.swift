/// The drawing of a line chart: where its parts stand, and what they look like.
struct LineDrawing {
  let chart: LineChart
  let xScale: Scale
  let yScale: Scale
  let envelopes: [Envelope]
  /// Coarser ones, wide enough to be pointed at.
  let hintEnvelopes: [Envelope]

  static let (width, height) = (400.0, 212.0)
  /// Around the area of the lines: room for ticks, labels and the names of bands.
  static let (left, right, top, bottom) = (66.0, 14.0, 20.0, 38.0)
  /// Columns of an envelope, about as many as the area has pixels, and of its hints.
  private static let (columnCount, hintCount) = (300, 120)

  init(_ chart: LineChart) {
    self.chart = chart
    let xs =
      chart.series.flatMap { $0.points.map(\.x) }
      + chart.bands.flatMap {
        [$0.range.lowerBound, $0.range.upperBound]
      }
    let smallest = xs.min() ?? 0
    let bounds = smallest...max(xs.max() ?? 1, smallest)
    let xScale =
      chart.x.isWhole ? Scale(wholeNumbers: bounds, tickCount: 8) : Scale(exactly: bounds, tickCount: 6)
    self.xScale = xScale
    yScale = Scale(chart.series.flatMap { $0.points.compactMap(\.y) }, chart.y.extent)
    func thinned(_ count: Int) -> [Envelope] {
      chart.series.map { Envelope($0.points, in: xScale.bounds, columnCount: count) }
    }
    (envelopes, hintEnvelopes) = (thinned(Self.columnCount), thinned(Self.hintCount))
  }

  func px(_ x: Double) -> Double { Self.left + xScale.place(x) * (Self.width - Self.left - Self.right) }
  func py(_ y: Double) -> Double {
    Self.height - Self.bottom - yScale.place(y) * (Self.height - Self.top - Self.bottom)
  }

  /// What a reader has to know of thinned lines; nil where every point is drawn.
  var thinning: String? {
    guard envelopes.contains(where: \.isThinned) else { return nil }
    let most = envelopes.flatMap { $0.columns.map(\.count) }.max() ?? 1
    return "mean and range of up to \(most) points each"
  }

  var svg: Markup {
    .svg(
      width: Self.width, height: Self.height, label: description,
      [.group(bands), .group(yAxis), .group(xAxis), .group(areas), .group(lines), .group(hints)])
  }

  private var description: String {
    let ends = chart.series.compactMap { series -> String? in
      guard let last = series.points.last(where: { $0.y != nil }), let y = last.y else { return nil }
      return "\(series.name) ends at \(chart.y.text(y, on: yScale, more: 1))"
    }
    return chart.title + (ends.isEmpty ? "" : ": " + ends.joined(separator: ", "))
  }

  private var bands: [Markup] {
    chart.bands.enumerated().flatMap { index, band -> [Markup] in
      let (start, end) = (px(band.range.lowerBound), px(band.range.upperBound))
      let area = Markup.rectangle(
        x: start, y: Self.top, width: end - start, height: Self.height - Self.top - Self.bottom,
        index.isMultiple(of: 2) ? "band" : "band odd", hint: band.name)
      // A name that would run into the next one is left to the hint.
      let fits = Double(band.name.count) * 6.6 + 4 < end - start
      return fits ? [area, .label(band.name, x: start + 3, y: Self.top - 6, "tick")] : [area]
    }
  }

  private var yAxis: [Markup] {
    let ticks = yScale.ticks.flatMap { tick -> [Markup] in
      let y = py(tick)
      return [
        .line(from: (Self.left, y), to: (Self.width - Self.right, y), "grid"),
        .label(chart.y.text(tick, on: yScale), x: Self.left - 6, y: y + 3.5, "tick", anchor: "end"),
      ]
    }
    let middle = (Self.top + Self.height - Self.bottom) / 2
    let label = Markup.tag(
      "text",
      [
        "transform": "translate(10 \(coordinate(middle))) rotate(-90)", "class": "axis",
        "text-anchor": "middle",
      ],
      chart.y.label)
    return ticks + [label]
  }

  private var xAxis: [Markup] {
    let base = Self.height - Self.bottom
    let ticks = xScale.ticks.flatMap { tick -> [Markup] in
      let x = px(tick)
      return [
        .line(from: (x, base), to: (x, base + 4), "rule"),
        .label(chart.x.text(tick, on: xScale), x: x, y: base + 17, "tick", anchor: "middle"),
      ]
    }
    return ticks + [
      .line(from: (Self.left, base), to: (Self.width - Self.right, base), "rule"),
      .label(
        chart.x.label, x: (Self.left + Self.width - Self.right) / 2, y: base + 34, "axis", anchor: "middle"),
    ]
  }
}
