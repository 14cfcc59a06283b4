/// Bars with their confidence intervals, in groups one under the other, as inline SVG.
package struct IntervalChart: Sendable {
  /// One bar.
  package struct Bar: Sendable {
    let name: String
    /// Nil where nothing was measured.
    let value: Double?
    let interval: ClosedRange<Double>?

    /// A bar.
    package init(_ name: String, _ value: Double?, _ interval: ClosedRange<Double>?) {
      (self.name, self.value, self.interval) = (name, value, interval)
    }
  }

  /// Bars that belong together.
  package struct Group: Sendable {
    let name: String
    let bars: [Bar]

    /// A group.
    package init(_ name: String, _ bars: [Bar]) { (self.name, self.bars) = (name, bars) }
  }

  private let title: String
  private let axis: Axis
  private let groups: [Group]
  /// A value to compare with, and what it means.
  private let reference: (value: Double, name: String)?

  private static let (width, left, right, top, bottom) = (400.0, 92.0, 50.0, 6.0, 38.0)
  private static let (rowHeight, headingHeight) = (19.0, 24.0)

  /// A chart.
  package init(_ title: String, axis: Axis, groups: [Group], reference: (value: Double, name: String)? = nil)
  {
    (self.title, self.axis, self.groups, self.reference) = (title, axis, groups, reference)
  }

  /// The chart as a figure of a page.
  package var markup: Markup {
    let bars = groups.flatMap(\.bars)
    let values = bars.flatMap {
      [$0.value, $0.interval?.upperBound, $0.interval?.lowerBound].compactMap(\.self)
    }
    let scale = Scale(values, axis.extent)
    let height =
      Self.top + Self.bottom + Double(bars.count) * Self.rowHeight + Double(groups.count) * Self.headingHeight
    var content = axisMarks(scale, base: height - Self.bottom)
    var y = Self.top
    for group in groups {
      content.append(.label(group.name, x: 4, y: y + 16, "group"))
      y += Self.headingHeight
      for bar in group.bars {
        content += row(bar, group, y: y, scale)
        y += Self.rowHeight
      }
    }
    return .tag(
      // Two rows of a grid hold what is so high.
      "figure", ["class": bars.count > 8 ? "chart bars tall" : "chart bars"],
      [
        .tag("figcaption", [.tag("strong", title)]),
        .svg(width: Self.width, height: height, label: title, content),
      ])
  }

  private func px(_ value: Double, _ scale: Scale) -> Double {
    Self.left + scale.place(value) * (Self.width - Self.left - Self.right)
  }

  private func axisMarks(_ scale: Scale, base: Double) -> [Markup] {
    var marks = scale.ticks.flatMap { tick -> [Markup] in
      let x = px(tick, scale)
      return [
        .line(from: (x, Self.top), to: (x, base), "grid"),
        .label(axis.text(tick, on: scale), x: x, y: base + 17, "tick", anchor: "middle"),
      ]
    }
    marks.append(
      .label(axis.label, x: (Self.left + Self.width - Self.right) / 2, y: base + 34, "axis", anchor: "middle")
    )
    if let reference, scale.bounds.contains(reference.value) {
      let x = px(reference.value, scale)
      marks.append(.line(from: (x, Self.top), to: (x, base), "reference"))
    }
    return marks
  }

  private func row(_ bar: Bar, _ group: Group, y: Double, _ scale: Scale) -> [Markup] {
    let middle = y + Self.rowHeight / 2
    let name = Markup.label(bar.name, x: Self.left - 8, y: middle + 4, "tick", anchor: "end")
    guard let value = bar.value else {
      return [name, .label("not measured", x: Self.left + 4, y: middle + 4, "tick")]
    }
    let (start, end) = (px(max(0, scale.bounds.lowerBound), scale), px(value, scale))
    let text = axis.text(value, on: scale, more: 2)
    var hint = "\(group.name), \(bar.name): \(text)"
    var marks: [Markup] = []
    var furthest = end
    if let interval = bar.interval {
      let (lower, upper) = (px(interval.lowerBound, scale), px(interval.upperBound, scale))
      hint +=
        ", 95 % \(axis.text(interval.lowerBound, on: scale, more: 2))–\(axis.text(interval.upperBound, on: scale, more: 2))"
      marks = [
        .line(from: (lower, middle), to: (upper, middle), "whisker"),
        .line(from: (lower, middle - 3.5), to: (lower, middle + 3.5), "whisker"),
        .line(from: (upper, middle - 3.5), to: (upper, middle + 3.5), "whisker"),
      ]
      furthest = max(end, upper)
    }
    return [
      name, .rectangle(x: start, y: y + 3, width: end - start, height: Self.rowHeight - 6, "bar", hint: hint),
    ] + marks + [.label(text, x: furthest + 6, y: middle + 4, "value")]
  }
}
