import FileSystem

/// One `key=value` of the command line, put into the recipe before it is decoded, and so typed by the schema.
struct RecipeOverride {
  /// The whole argument, for messages.
  let text: String
  let path: RecipePath
  let value: RecipeNode

  /// Splits an argument at its first `=`.
  ///
  /// Throws: `InputError` of code `usage` when it is no `key=value`.
  init(_ text: String) throws(InputError) {
    guard let equals = text.firstIndex(of: "="), let path = RecipePath(String(text[..<equals])) else {
      throw InputError(
        .usage, found: "'\(text.shortened)' is no override", expected: "section.key=value",
        remedy: "For example: stages.align.steps=500 or stages[2].optimizer.lr=1e-3")
    }
    self.text = text
    self.path = path
    let written = String(text[text.index(after: equals)...])
    let place = RecipePlace.override(text)
    let parsed = try? RecipeNode.parsed(yaml: written, file: text)
    value = (parsed?.root ?? RecipeNode(.scalar(written, quoted: true))).placed(at: place)
  }

  /// Puts the value into `root`, making the mappings on the way.
  ///
  /// Throws: `InputError` of code `usage` when the path goes through something that is not there.
  func apply(to root: inout RecipeNode) throws(InputError) {
    root = try replaced(root, path.components[...], walked: "")
  }

  private func replaced(
    _ node: RecipeNode, _ components: ArraySlice<RecipePath.Component>, walked: String
  ) throws(InputError) -> RecipeNode {
    guard let component = components.first else { return value }
    let rest = components.dropFirst()
    switch (component, node.content) {
    case (.key(let key), .mapping(var entries)):
      let child = walked.isEmpty ? key : "\(walked).\(key)"
      if let index = entries.lastIndex(where: { $0.key == key }) {
        entries[index].value = try replaced(entries[index].value, rest, walked: child)
      } else {
        let empty = RecipeNode(.null, at: .override(text))
        entries.append(
          RecipeNode.Entry(key, try replaced(empty, rest, walked: child), at: .override(text)))
      }
      return RecipeNode(.mapping(entries), at: node.place)
    case (.key, .null):
      return try replaced(RecipeNode(.mapping([]), at: node.place), components, walked: walked)
    case (_, .sequence(var items)):
      let index = try position(of: component, in: items, walked: walked)
      items[index] = try replaced(items[index], rest, walked: "\(walked)[\(index)]")
      return RecipeNode(.sequence(items), at: node.place)
    case (.key(let key), .scalar):
      throw InputError(
        .usage, key: walked, found: "'\(text)' asks for '\(key)' inside a plain value")
    case (.index, _):
      throw InputError(.usage, key: walked, found: "'\(text)' asks for an item of what is no list")
    }
  }

  private func position(
    of component: RecipePath.Component, in items: [RecipeNode], walked: String
  ) throws(InputError) -> Int {
    let names = items.compactMap { $0["name"]?.text }
    switch component {
    case .index(let index) where items.indices.contains(index): return index
    case .index(let index):
      throw InputError(
        .usage, key: walked, found: "'\(text)' asks for item \(index)",
        expected: "one of 0 to \(items.count - 1)")
    case .key(let name):
      if let index = items.firstIndex(where: { $0["name"]?.text == name }) { return index }
      throw InputError(
        .usage, key: walked, found: "'\(text)' names '\(name)', which is not there",
        remedy: Suggestion.remedy(for: name, among: names))
    }
  }
}

extension RecipeNode {
  /// The same value as if all of it had been written at `place`.
  func placed(at place: RecipePlace) -> RecipeNode {
    switch content {
    case .null, .scalar: RecipeNode(content, at: place)
    case .sequence(let items): RecipeNode(.sequence(items.map { $0.placed(at: place) }), at: place)
    case .mapping(let entries):
      RecipeNode(
        .mapping(entries.map { Entry($0.key, $0.value.placed(at: place), at: place) }), at: place)
    }
  }
}
