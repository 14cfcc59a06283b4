/// Every value of a recipe as one line, for comparison and for the fingerprint.
public struct RecipeSettings: Sendable, Equatable {
  /// One value and its dotted path.
  public struct Setting: Sendable, Equatable {
    /// `stages[1].optimizer.lr`.
    public let key: String
    /// As YAML writes it.
    public let value: String
    /// Whether a change leaves the numbers of a run alone.
    public let isNeutral: Bool
  }

  /// A value that two recipes disagree on.
  public struct Change: Sendable, Equatable {
    /// `stages[1].optimizer.lr`.
    public let key: String
    /// Nil where the key was not there before.
    public let old: String?
    /// Nil where the key is gone.
    public let new: String?
    /// Whether the change leaves the numbers of a run alone.
    public let isNeutral: Bool

    /// `seed: 1 → 2`.
    public var description: String { "\(key): \(old ?? "unset") → \(new ?? "unset")" }
  }

  /// In the order of the declarations.
  public let settings: [Setting]

  /// The settings of a recipe, defaults too.
  public init(_ recipe: Recipe) {
    var settings = [Setting]()
    Self.collect(recipe.node, .section(Recipe.section), path: "", isNeutral: false, into: &settings)
    self.settings = settings
  }

  /// One line for each setting that decides the numbers of a run; its hash identifies the run.
  public var canonicalText: String {
    settings.filter { !$0.isNeutral }.map { "\($0.key) = \($0.value)\n" }.joined()
  }

  /// What differs in `other`, in the order of the declarations, removals last.
  public func changes(to other: RecipeSettings) -> [Change] {
    var changes = [Change]()
    for setting in other.settings {
      let old = settings.first { $0.key == setting.key }?.value
      guard old != setting.value else { continue }
      changes.append(Change(key: setting.key, old: old, new: setting.value, isNeutral: setting.isNeutral))
    }
    for setting in settings where !other.settings.contains(where: { $0.key == setting.key }) {
      changes.append(Change(key: setting.key, old: setting.value, new: nil, isNeutral: setting.isNeutral))
    }
    return changes
  }

  private static func collect(
    _ node: RecipeNode, _ shape: RecipeShape, path: String, isNeutral: Bool, into settings: inout [Setting]
  ) {
    if let inline = RecipeText.inlined(node) {
      settings.append(Setting(key: path, value: inline, isNeutral: isNeutral))
      return
    }
    switch node.content {
    case .sequence(let items):
      guard case .list(let itemShape) = shape else { preconditionFailure("\(path) is no list") }
      for (index, item) in items.enumerated() {
        collect(item, itemShape, path: "\(path)[\(index)]", isNeutral: isNeutral, into: &settings)
      }
    case .mapping(let entries):
      for entry in entries {
        let child = path.isEmpty ? entry.key : "\(path).\(entry.key)"
        let field = shape.field(entry.key, kind: node["kind"]?.text)
        collect(
          entry.value, field.shape, path: child, isNeutral: isNeutral || field.isNeutral, into: &settings)
      }
    case .null, .scalar: break
    }
  }
}

extension RecipeShape {
  /// What stands under `key`, in a union under the alternative `kind`.
  fileprivate func field(_ key: String, kind: String?) -> (shape: RecipeShape, isNeutral: Bool) {
    let fields: [Field]
    switch self {
    case .table(let value): return (value, false)
    case .section(let section): fields = section.fields
    case .union(let union): fields = union.alternatives.first { $0.kind == kind }?.section.fields ?? []
    case .integer, .number, .boolean, .text, .choice, .list: fields = []
    }
    guard let field = fields.first(where: { $0.key == key }) else { return (.text, false) }
    return (field.shape, field.isNeutral)
  }
}
