/// What is drawn of the series themselves.
extension LineDrawing {
  /// Bands from smallest to largest, of thinned series.
  var areas: [Markup] {
    envelopes.enumerated().filter(\.element.isThinned).flatMap { index, envelope in
      envelope.runs.map { run in
        let upper = run.map { place($0.middle, $0.values?.upperBound) }
        let lower = run.reversed().map { place($0.middle, $0.values?.lowerBound) }
        return .tag("polygon", ["points": (upper + lower).joined(separator: " "), "class": "area s\(index)"])
      }
    }
  }

  /// A line through each run of means, and a mark where a line would have no length.
  var lines: [Markup] {
    envelopes.enumerated().flatMap { index, envelope in
      envelope.runs.flatMap { run -> [Markup] in
        let places = run.map { place($0.middle, $0.mean) }
        let line = Markup.tag(
          "polyline", ["points": places.joined(separator: " "), "class": "line s\(index)"])
        guard chart.marksPoints || run.count == 1 else { return [line] }
        return [line] + run.map { mark($0, index) }
      }
    }
  }

  private func mark(_ column: Envelope.Column, _ index: Int) -> Markup {
    .tag(
      "circle",
      [
        "cx": coordinate(px(column.middle)), "cy": coordinate(py(column.mean ?? 0)), "r": "3",
        "class": "mark s\(index)",
      ])
  }

  private func place(_ x: Double, _ y: Double?) -> String {
    coordinate(px(x)) + "," + coordinate(py(y ?? yScale.bounds.lowerBound))
  }

  /// Invisible strips over the drawing; each shows the numbers that stand there when it is pointed at.
  var hints: [Markup] {
    let longest = hintEnvelopes.max { $0.columns.count < $1.columns.count }
    let stops = (longest?.columns ?? []).map(\.middle)
    return stops.enumerated().map { index, stop in
      let start = index > 0 ? px((stops[index - 1] + stop) / 2) : Self.left
      let end = index + 1 < stops.count ? px((stop + stops[index + 1]) / 2) : Self.width - Self.right
      return .rectangle(
        x: start, y: Self.top, width: end - start, height: Self.height - Self.top - Self.bottom, "strip",
        hint: hint(start...max(start, end)))
    }
  }

  /// The numbers of all series between two coordinates, a line each.
  private func hint(_ strip: ClosedRange<Double>) -> String {
    var lines: [String] = []
    for (series, envelope) in zip(chart.series, hintEnvelopes) {
      guard let column = envelope.columns.first(where: { strip.contains(px($0.middle)) }) else { continue }
      if lines.isEmpty { lines.append("\(chart.x.label) \(range(column.x, chart.x, xScale))") }
      guard let values = column.values, let mean = column.mean else {
        lines.append("\(series.name): not a number")
        continue
      }
      let average = column.count > 1 ? ", mean \(chart.y.text(mean, on: yScale, more: 2))" : ""
      lines.append("\(series.name): \(range(values, chart.y, yScale, more: 2))\(average)")
    }
    return lines.joined(separator: "\n")
  }

  private func range(_ values: ClosedRange<Double>, _ axis: Axis, _ scale: Scale, more: Int = 0) -> String {
    let (lower, upper) = (
      axis.text(values.lowerBound, on: scale, more: more), axis.text(values.upperBound, on: scale, more: more)
    )
    return values.lowerBound == values.upperBound ? lower : "\(lower)–\(upper)"
  }
}
