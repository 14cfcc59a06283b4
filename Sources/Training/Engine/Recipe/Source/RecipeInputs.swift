/// The inputs that a recipe declares, and what the command line gave for them.
struct RecipeInputs {
  /// Name, what it is, and where it was declared.
  private var declared: [(name: String, documentation: String, place: RecipePlace)] = []
  private var given: [(name: String, value: String)] = []

  /// Reads the `inputs` of a recipe; wrong ones are reported when the recipe itself is decoded.
  init(declaredIn root: RecipeNode) {
    for entry in root["inputs"]?.entries ?? [] where RecipeName.isValid(entry.key) {
      declared.append((entry.key, entry.value.text ?? "", entry.place))
    }
  }

  var names: [String] { declared.map(\.name) }

  /// Takes `name=value` if `name` is declared; false leaves it to the overrides.
  mutating func take(_ argument: String) -> Bool {
    guard let equals = argument.firstIndex(of: "=") else { return false }
    let name = String(argument[..<equals])
    guard names.contains(name) else { return false }
    given.removeAll { $0.name == name }
    given.append((name, String(argument[argument.index(after: equals)...])))
    return true
  }

  /// Replaces every `${name}`; what is missing is reported once, where it was declared.
  func substituted(in root: RecipeNode, _ decoding: inout RecipeDecoding) -> RecipeNode {
    for input in declared where !given.contains(where: { $0.name == input.name && !$0.value.isEmpty }) {
      decoding.report(
        "this input is not given", expected: input.documentation.isEmpty ? nil : input.documentation,
        at: input.place, path: "inputs.\(input.name)",
        remedy: "Add \(input.name)=… to the command line")
    }
    guard let entries = root.entries else { return root }
    var result = [RecipeNode.Entry]()
    for entry in entries where entry.key != "inputs" {
      let value = replaced(entry.value, path: entry.key, &decoding)
      result.append(RecipeNode.Entry(entry.key, value, at: entry.place))
    }
    return RecipeNode(.mapping(result), at: root.place)
  }

  private func replaced(_ node: RecipeNode, path: String, _ decoding: inout RecipeDecoding) -> RecipeNode {
    switch node.content {
    case .null: return node
    case .scalar(let text, let quoted):
      guard text.contains("${") else { return node }
      return expanded(text, quoted: quoted, at: node.place, path: path, &decoding)
    case .sequence(let items):
      var replacedItems = [RecipeNode]()
      for (index, item) in items.enumerated() {
        replacedItems.append(replaced(item, path: "\(path)[\(index)]", &decoding))
      }
      return RecipeNode(.sequence(replacedItems), at: node.place)
    case .mapping(let entries):
      var replacedEntries = [RecipeNode.Entry]()
      for entry in entries {
        let value = replaced(entry.value, path: "\(path).\(entry.key)", &decoding)
        replacedEntries.append(RecipeNode.Entry(entry.key, value, at: entry.place))
      }
      return RecipeNode(.mapping(replacedEntries), at: node.place)
    }
  }

  private func expanded(
    _ text: String, quoted: Bool, at place: RecipePlace, path: String, _ decoding: inout RecipeDecoding
  ) -> RecipeNode {
    var result = ""
    var rest = text[...]
    var origin = place
    while let start = rest.firstRange(of: "${") {
      guard let end = rest[start.upperBound...].firstIndex(of: "}") else { break }
      let name = String(rest[start.upperBound..<end])
      result += rest[..<start.lowerBound]
      rest = rest[rest.index(after: end)...]
      if let value = given.last(where: { $0.name == name })?.value {
        result += value
        origin = .input(name)
      } else if !names.contains(name) {
        decoding.report(
          "'${\(name.shortened)}' is no declared input", at: place, path: path,
          remedy: Suggestion.remedy(for: name, among: names) + "; declare it under inputs")
      } else {
        result += "${\(name)}"
      }
    }
    return RecipeNode(.scalar(result + rest, quoted: quoted), at: origin)
  }
}
