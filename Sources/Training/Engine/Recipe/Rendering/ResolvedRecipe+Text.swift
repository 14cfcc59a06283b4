extension ResolvedRecipe {
  /// The whole recipe as YAML, every default written out; reads back to the same value.
  public var yaml: String { recipe.yaml }

  /// The same, each value with its origin behind it: default, line of the file, command line or input.
  public var annotatedYAML: String {
    RecipeText.yaml(recipe.node) { path in
      guard let written = RecipePath(path).flatMap({ source.descendant(at: $0) }) else {
        return RecipePlace.declaration.origin
      }
      return written.place.origin
    }
  }
}

extension Recipe {
  /// The whole recipe as YAML, every default written out.
  public var yaml: String { RecipeText.yaml(node) }
}
