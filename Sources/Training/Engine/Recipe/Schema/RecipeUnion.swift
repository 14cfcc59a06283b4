/// Sections told apart by their `kind`: `{kind: adamw, lr: 1e-3}`.
public protocol RecipeUnion: RecipeValue {
  /// One sentence.
  static var documentation: String { get }
  /// In the order of the reference page.
  static var alternatives: [RecipeAlternative<Self>] { get }
  /// The alternative that an absent `kind` means; nil where it must be written.
  static var standardKind: String? { get }
}

/// One `kind` of a union.
public struct RecipeAlternative<Union: RecipeUnion> {
  let kind: String
  let section: RecipeShape.Section
  let decode: (RecipeNode, String, inout RecipeDecoding) -> Union?
  let node: (Union) -> RecipeNode?

  /// Declares a kind.
  ///
  /// - Parameters:
  ///   - kind: the word.
  ///   - wrap: puts a section into the union.
  ///   - unwrap: takes it out again; nil when the union holds another kind.
  public init<Section: RecipeSection>(
    _ kind: String, _ wrap: @escaping (Section) -> Union, _ unwrap: @escaping (Union) -> Section?
  ) {
    self.kind = kind
    section = Section.section
    decode = { node, path, decoding in
      Section.decode(node, at: path, besides: ["kind"], &decoding).map(wrap)
    }
    node = { unwrap($0)?.node }
  }
}

extension RecipeUnion {
  /// `kind` must be written unless the union says otherwise.
  public static var standardKind: String? { nil }

  /// The alternatives with their fields.
  public static func shape(in range: RecipeRange?) -> RecipeShape {
    .union(
      RecipeShape.Union(
        documentation: documentation, alternatives: alternatives.map { ($0.kind, $0.section) }))
  }

  /// The `kind` of this value.
  public var kind: String {
    guard let alternative = Self.alternatives.first(where: { $0.node(self) != nil }) else {
      preconditionFailure("\(Self.self) has a case without alternative")
    }
    return alternative.kind
  }

  /// The section with its `kind` in front.
  public var node: RecipeNode {
    for alternative in Self.alternatives {
      guard let entries = alternative.node(self)?.entries else { continue }
      return RecipeNode(.mapping([RecipeNode.Entry("kind", .plain(alternative.kind))] + entries))
    }
    preconditionFailure("\(Self.self) has a case without alternative")
  }

  /// Reads `kind`, then the section it names.
  public static func decode(
    _ node: RecipeNode, at path: String, in range: RecipeRange?, _ decoding: inout RecipeDecoding
  ) -> Self? {
    guard let entries = node.entries else {
      decoding.mismatch(node, shape(in: nil), path: path)
      return nil
    }
    let kinds = alternatives.map(\.kind)
    let written = entries.last { $0.key == "kind" }?.value
    guard let kind = written?.text ?? (written == nil ? standardKind : nil) else {
      decoding.report(
        "no kind", expected: "kind: " + kinds.joined(separator: "|"), at: node.place, path: path)
      return nil
    }
    guard let alternative = alternatives.first(where: { $0.kind == kind }) else {
      decoding.report(
        "found '\(kind.shortened)'", expected: "one of " + kinds.joined(separator: ", "),
        at: written?.place ?? node.place, path: path + ".kind",
        remedy: Suggestion.nearest(to: kind, among: kinds).map { "Did you mean '\($0)'?" })
      return nil
    }
    return alternative.decode(node, path, &decoding)
  }
}
