internal import DraftData
internal import FileSystem

extension InspectionReport {
  /// For a person: a heading, the facts, and the tensors as a tree.
  package var text: String {
    var lines = ["\(DisplayText.escaped(path, limit: 400)): \(kind.title)"]
    let width = facts.map(\.key.count).max() ?? 0
    for fact in facts where fact.value != .null {
      let padding = String(repeating: " ", count: width - fact.key.count)
      lines.append("  \(fact.key)\(padding)  \(Self.plain(fact.value))")
    }
    return (lines + tree).joined(separator: "\n") + "\n"
  }

  private static func plain(_ value: JSONValue) -> String {
    if case .string(let text) = value { return DisplayText.escaped(text, limit: 200) }
    let text = (try? value.serialized()) ?? "not printable"
    return DisplayText.escaped(text, limit: 200)
  }

  /// Names are taken apart at dots and slashes; a group is printed once, above its first tensor.
  private var tree: [String] {
    var lines: [String] = []
    var open: [String] = []
    let entries = tensors.map { (parts: Self.parts($0.name), tensor: $0) }
      .sorted { Self.precedes($0.parts, $1.parts) }
    let rows = entries.map { entry in
      let depth = entry.parts.count - 1
      let leaf = String(repeating: "  ", count: depth + 1) + DisplayText.escaped(entry.parts[depth])
      return (leaf, entry)
    }
    let width = rows.map(\.0.count).max() ?? 0
    for (leaf, entry) in rows {
      let groups = Array(entry.parts.dropLast())
      let shared = zip(groups, open).prefix { $0 == $1 }.count
      for depth in shared..<groups.count {
        lines.append(String(repeating: "  ", count: depth + 1) + DisplayText.escaped(groups[depth]))
      }
      open = groups
      let padding = String(repeating: " ", count: width - leaf.count)
      lines.append("\(leaf)\(padding)  \(Self.facts(entry.tensor))")
    }
    return lines
  }

  private static func facts(_ tensor: TensorFacts) -> String {
    var text = "\(tensor.type) \(tensor.shape)"
    if let norm = tensor.norm { text += "  norm \(significant(norm))" }
    if tensor.nonFiniteCount > 0 { text += "  \(tensor.nonFiniteCount) elements NOT FINITE" }
    return text
  }

  /// A number to about four digits.
  private static func significant(_ value: Double) -> String {
    guard value.isFinite, value > 0 else { return "\(value)" }
    var scale = 1.0
    while value * scale < 1000, scale < 1e12 { scale *= 10 }
    return "\((value * scale).rounded() / scale)"
  }

  /// `model.layers.0.mlp.up_proj.weight` as `model`, `layers`, `0`, `mlp`, `up_proj.weight`.
  private static func parts(_ name: String) -> [String] {
    var parts = name.split(whereSeparator: { $0 == "." || $0 == "/" }).map(String.init)
    guard let last = parts.last else { return [name] }
    if parts.count > 2, ["weight", "bias"].contains(last) {
      parts.removeLast()
      parts[parts.count - 1] += "." + last
    }
    return parts
  }

  /// Numbers by value, the rest by bytes.
  private static func precedes(_ left: [String], _ right: [String]) -> Bool {
    for (a, b) in zip(left, right) where a != b {
      if let x = Int(a), let y = Int(b), x != y { return x < y }
      return a.utf8.lexicographicallyPrecedes(b.utf8)
    }
    return left.count < right.count
  }
}
