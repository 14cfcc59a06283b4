/// One of a few words.
public protocol RecipeChoice: RecipeValue, CaseIterable, RawRepresentable where RawValue == String {
  /// What the word means: one clause.
  var documentation: String { get }
}

extension RecipeChoice {
  /// All words with their meanings.
  public static func shape(in range: RecipeRange?) -> RecipeShape {
    .choice(allCases.map { RecipeShape.Choice(name: $0.rawValue, documentation: $0.documentation) })
  }

  /// The word.
  public var node: RecipeNode { .plain(rawValue) }

  /// Reads one of the words, or suggests the nearest.
  public static func decode(
    _ node: RecipeNode, at path: String, in range: RecipeRange?, _ decoding: inout RecipeDecoding
  ) -> Self? {
    if let text = node.text, let value = Self(rawValue: text) { return value }
    let near = node.text.flatMap { Suggestion.nearest(to: $0, among: allCases.map(\.rawValue)) }
    decoding.mismatch(node, shape(in: nil), path: path, remedy: near.map { "Did you mean '\($0)'?" })
    return nil
  }
}
