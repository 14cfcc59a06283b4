import FileSystem

/// A place in a recipe, `stages.align.optimizer.lr` or `stages[2].optimizer.lr`.
struct RecipePath: Equatable {
  enum Component: Equatable {
    /// A key of a mapping, or the name of an item of a list.
    case key(String)
    /// A zero-based item of a list.
    case index(Int)
  }

  let components: [Component]

  /// Nil when the text is no path.
  init?(_ text: String) {
    var components = [Component]()
    for part in text.split(separator: ".", omittingEmptySubsequences: false) {
      var rest = part
      if let bracket = rest.firstIndex(of: "[") {
        let name = rest[..<bracket]
        guard !name.isEmpty else { return nil }
        components.append(.key(String(name)))
        rest = rest[bracket...]
        while !rest.isEmpty {
          guard rest.first == "[", let end = rest.firstIndex(of: "]"),
            let index = Int(rest[rest.index(after: rest.startIndex)..<end]), index >= 0
          else { return nil }
          components.append(.index(index))
          rest = rest[rest.index(after: end)...]
        }
      } else {
        guard !rest.isEmpty else { return nil }
        components.append(.key(String(rest)))
      }
    }
    guard !components.isEmpty, components.count <= YAMLGuard.deepestNesting else { return nil }
    self.components = components
  }
}

extension RecipeNode {
  /// Where the value at `path` was written, or the nearest thing around it that was.
  func place(at path: String) -> RecipePlace {
    guard let components = RecipePath(path)?.components else { return place }
    var node = self
    for component in components {
      guard let next = node.child(component) else { return node.place }
      node = next
    }
    return node.place
  }

  /// The value at `path`; nil when nothing was written there.
  func descendant(at path: RecipePath) -> RecipeNode? {
    var node = self
    for component in path.components {
      guard let next = node.child(component) else { return nil }
      node = next
    }
    return node
  }

  func child(_ component: RecipePath.Component) -> RecipeNode? {
    switch (component, content) {
    case (.key(let key), .mapping): self[key]
    case (.key(let name), .sequence(let items)): items.first { $0["name"]?.text == name }
    case (.index(let index), .sequence(let items)): items.indices.contains(index) ? items[index] : nil
    default: nil
    }
  }
}
