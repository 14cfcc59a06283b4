extension Markup {
  /// A drawing that keeps its proportions.
  ///
  /// - Parameter label: what it shows, for those who do not see it; nil for mere decoration.
  static func svg(width: Double, height: Double, label: String?, _ content: [Markup]) -> Markup {
    var attributes = [
      Attribute(name: "xmlns", value: "http://www.w3.org/2000/svg"),
      Attribute(name: "viewBox", value: "0 0 \(coordinate(width)) \(coordinate(height))"),
      Attribute(name: "width", value: coordinate(width)),
      Attribute(name: "height", value: coordinate(height)),
    ]
    if let label {
      attributes += [Attribute(name: "role", value: "img"), Attribute(name: "aria-label", value: label)]
    } else {
      attributes.append(Attribute(name: "aria-hidden", value: "true"))
    }
    return .element("svg", attributes, content)
  }

  /// A line of text in a drawing.
  static func label(
    _ text: String, x: Double, y: Double, _ style: String, anchor: String = "start"
  ) -> Markup {
    .tag(
      "text",
      ["x": coordinate(x), "y": coordinate(y), "class": style, "text-anchor": anchor], text)
  }

  /// A straight line in a drawing.
  static func line(from start: (x: Double, y: Double), to end: (x: Double, y: Double), _ style: String)
    -> Markup
  {
    .tag(
      "line",
      [
        "x1": coordinate(start.x), "y1": coordinate(start.y), "x2": coordinate(end.x),
        "y2": coordinate(end.y),
        "class": style,
      ])
  }

  /// A rectangle in a drawing, with what is shown when it is pointed at.
  static func rectangle(
    x: Double, y: Double, width: Double, height: Double, _ style: String, hint: String? = nil
  ) -> Markup {
    .tag(
      "rect",
      [
        "x": coordinate(x), "y": coordinate(y), "width": coordinate(max(0, width)),
        "height": coordinate(max(0, height)), "class": style,
      ],
      hint.map { [.tag("title", $0)] } ?? [])
  }
}
