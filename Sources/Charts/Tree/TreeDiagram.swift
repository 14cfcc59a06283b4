/// A tree of short texts that grows from left to right, with some of its paths set apart, as inline SVG of its own size.
package struct TreeDiagram: Sendable {
  /// What became of a node.
  package enum Role: String, Sendable, CaseIterable {
    /// It was known before.
    case root
    /// It stands.
    case accepted
    /// It was put there instead of, or behind, what was drafted.
    case correction
    /// It was judged and does not stand.
    case rejected
    /// It stands behind a rejected one.
    case unreached
  }

  /// One node.
  package struct Node: Sendable {
    let parent: Int?
    let text: String
    /// Smaller, behind the text.
    let detail: String
    /// Shown when it is pointed at.
    let hint: String
    let role: Role

    /// A node; `parent` is nil for the root alone.
    package init(parent: Int?, text: String, detail: String, hint: String, role: Role) {
      (self.parent, self.text, self.detail, self.hint, self.role) = (parent, text, detail, hint, role)
    }
  }

  private let nodes: [Node]
  private let layout: TreeLayout
  /// Of each depth: where its column begins; one more for the end.
  private let columns: [Double]
  private let label: String

  private static let (rowHeight, boxHeight, gap, margin) = (23.0, 18.0, 24.0, 4.0)

  /// A diagram.
  ///
  /// - Parameters:
  ///   - nodes: the root first, every other behind its parent.
  ///   - label: what it shows, for those who do not see it.
  package init(_ nodes: [Node], label: String) {
    self.nodes = nodes
    self.label = label
    let layout = TreeLayout(parents: nodes.map(\.parent)) {
      nodes[$0].role == .accepted || nodes[$0].role == .correction
    }
    self.layout = layout
    var widths = [Double](repeating: 0, count: (layout.depths.max() ?? 0) + 1)
    for (node, depth) in zip(nodes, layout.depths) {
      widths[depth] = max(widths[depth], Self.width(of: node))
    }
    columns = widths.reduce(into: [Self.margin]) { $0.append($0[$0.count - 1] + $1 + Self.gap) }
  }

  /// The diagram; as large as it has to be.
  package var markup: Markup {
    let edges = nodes.indices.compactMap(edge)
    let height = Double(layout.rowCount) * Self.rowHeight + 2 * Self.margin
    return .svg(
      width: columns[columns.count - 1] - Self.gap + Self.margin, height: height, label: label,
      // What stands is drawn over what does not.
      edges.filter { !$0.isOnPath }.map(\.markup) + edges.filter(\.isOnPath).map(\.markup)
        + nodes.indices.map(box))
  }

  private func middle(_ node: Int) -> Double {
    Self.margin + (Double(layout.rows[node]) + 0.5) * Self.rowHeight
  }

  private func edge(to node: Int) -> (markup: Markup, isOnPath: Bool)? {
    guard let parent = nodes[node].parent else { return nil }
    let role = nodes[node].role
    let start = (x: columns[layout.depths[parent]] + Self.width(of: nodes[parent]), y: middle(parent))
    let end = (x: columns[layout.depths[node]], y: middle(node))
    let bend = end.x - Self.gap / 2
    let path =
      "M\(coordinate(start.x)) \(coordinate(start.y))H\(coordinate(end.x - Self.gap))"
      + "C\(coordinate(bend)) \(coordinate(start.y)) \(coordinate(bend)) \(coordinate(end.y)) "
      + "\(coordinate(end.x)) \(coordinate(end.y))"
    return (
      .tag("path", ["d": path, "class": "edge \(role.rawValue)"]), role == .accepted || role == .correction
    )
  }

  private func box(_ index: Int) -> Markup {
    let node = nodes[index]
    let (x, y) = (columns[layout.depths[index]], middle(index))
    let detail: [Markup] =
      node.detail.isEmpty ? [] : [.tag("tspan", ["class": "detail", "dx": "6"], node.detail)]
    return .tag(
      "g", ["class": "node \(node.role.rawValue)"],
      [
        .tag("title", node.hint),
        .tag(
          "rect",
          [
            "x": coordinate(x), "y": coordinate(y - Self.boxHeight / 2),
            "width": coordinate(Self.width(of: node)),
            "height": coordinate(Self.boxHeight), "rx": "4",
          ]),
        .tag("text", ["x": coordinate(x + 7), "y": coordinate(y + 4)], [.tag("tspan", node.text)] + detail),
      ])
  }

  /// Of the box around a node, as fixed-width fonts of 12 and 10 pixels fill it.
  private static func width(of node: Node) -> Double {
    14 + 7.3 * Double(TextWidth.columns(of: node.text))
      + (node.detail.isEmpty ? 0 : 6 + 6.1 * Double(TextWidth.columns(of: node.detail)))
  }
}
