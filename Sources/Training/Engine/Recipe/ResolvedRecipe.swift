import FileSystem

/// A recipe with its inputs and overrides in place, checked, and still aware of where each value came from.
///
/// ```
/// let resolved = try ResolvedRecipe.load(path: "recipes/fastdraft/quickstart.yaml", arguments: ["seed=7"])
/// resolved.recipe.stages.first?.name      // "pretrain"
/// ```
public struct ResolvedRecipe: Sendable {
  /// The typed value.
  public let recipe: Recipe
  /// The name that errors show.
  public let file: String
  /// What was written, by file and command line; defaults are absent.
  public let source: RecipeNode

  /// Reads a recipe file.
  ///
  /// - Parameters:
  ///   - path: a YAML or JSON file.
  ///   - arguments: `name=value` for declared inputs, `section.key=value` for overrides; later ones win.
  /// - Throws: `InputError` of code `missing` when there is no such file, else `RecipeErrors` with all that is wrong.
  public static func load(path: String, arguments: [String] = []) throws -> ResolvedRecipe {
    let text: String
    do throws(InputError) {
      text = try File.readText(path, limit: YAMLGuard.largestSize)
    } catch {
      guard error.code == .missing else { throw error }
      throw InputError(
        .missing, file: path, found: "no such recipe",
        remedy: "'pacer recipe list' shows the recipes that come with Pacer")
    }
    return try load(text: text, file: path, arguments: arguments)
  }

  /// Reads recipe text, as from the run folder or a checkpoint.
  ///
  /// - Parameter file: the name that errors show.
  /// - Throws: `RecipeErrors` with all that is wrong.
  public static func load(
    text: String, file: String, arguments: [String] = []
  ) throws(RecipeErrors) -> ResolvedRecipe {
    let parsed: (root: RecipeNode, errors: [InputError])
    do throws(InputError) {
      parsed = try RecipeNode.parsed(yaml: text, file: file)
    } catch {
      throw RecipeErrors([error])
    }
    var root = parsed.root
    var inputs = RecipeInputs(declaredIn: root)
    var errors = parsed.errors
    for argument in arguments where !inputs.take(argument) {
      do throws(InputError) {
        let override = try RecipeOverride(argument)
        try checkRoot(of: override, inputs: inputs.names)
        try override.apply(to: &root)
      } catch {
        errors.append(error)
      }
    }
    var decoding = RecipeDecoding(file: file, errors: errors)
    checkInputs(root, &decoding)
    root = inputs.substituted(in: root, &decoding)
    var decoded = Recipe.decode(root, at: "", in: nil, &decoding)
    if root["tokenizer"]?["from"] == nil, decoded?.tokenizer.train != nil { decoded?.tokenizer.from = nil }
    let recipe = decoded
    if let recipe, decoding.errors.isEmpty {
      recipe.checkTogether(source: root, &decoding)
    }
    try decoding.finish()
    guard let recipe else { preconditionFailure("a recipe that was not decoded has errors") }
    return ResolvedRecipe(recipe: recipe, file: file, source: root)
  }

  /// `inputs` leaves the tree before the recipe is decoded, so its types are checked here.
  private static func checkInputs(_ root: RecipeNode, _ decoding: inout RecipeDecoding) {
    guard let node = root["inputs"] else { return }
    _ = RecipeTable<String>.decode(node, at: "inputs", in: nil, &decoding)
  }

  /// A single word that is neither input nor key is most likely a mistyped input.
  private static func checkRoot(of override: RecipeOverride, inputs: [String]) throws(InputError) {
    let keys = Recipe.section.fields.map(\.key)
    guard case .key(let name) = override.path.components.first, !keys.contains(name) else { return }
    throw InputError(
      .usage, key: name, found: "unknown key in '\(override.text)' of the command line",
      remedy: Suggestion.remedy(for: name, among: inputs + keys))
  }
}
