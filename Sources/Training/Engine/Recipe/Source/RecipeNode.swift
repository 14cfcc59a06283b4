/// One value of a recipe before anybody knows its type: a scalar, a list or a mapping, and where it was written.
public struct RecipeNode: Sendable, Equatable {
  /// What stands there.
  public indirect enum Content: Sendable, Equatable {
    /// Nothing, `~` or `null`.
    case null
    /// The text of a scalar; quotes make it text whatever it looks like.
    case scalar(String, quoted: Bool)
    case sequence([RecipeNode])
    /// Keys in the order they were written.
    case mapping([Entry])
  }

  /// One `key: value` of a mapping.
  public struct Entry: Sendable, Equatable {
    /// The key as written.
    public var key: String
    /// Where the key stands.
    public var place: RecipePlace
    /// What stands under the key.
    public var value: RecipeNode

    /// Pairs a key with its value.
    public init(_ key: String, _ value: RecipeNode, at place: RecipePlace = .declaration) {
      self.key = key
      self.value = value
      self.place = place
    }
  }

  /// What stands there.
  public var content: Content
  /// Where it was written.
  public var place: RecipePlace

  /// A value and where it was written.
  public init(_ content: Content, at place: RecipePlace = .declaration) {
    self.content = content
    self.place = place
  }

  /// The entries of a mapping; nil for anything else.
  public var entries: [Entry]? {
    guard case .mapping(let entries) = content else { return nil }
    return entries
  }

  /// The value under `key` of a mapping; nil when it is absent.
  public subscript(key: String) -> RecipeNode? {
    entries?.last { $0.key == key }?.value
  }

  /// The text of a scalar; nil for anything else.
  public var text: String? {
    guard case .scalar(let text, _) = content else { return nil }
    return text
  }

  /// What was found, as an error says it: `'abc'`, `a list`, `nothing`.
  var found: String {
    switch content {
    case .null: "nothing"
    case .scalar(let text, let quoted): quoted ? "the text '\(text.shortened)'" : "'\(text.shortened)'"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}

extension String {
  /// At most sixty characters of the text, for messages.
  var shortened: String { count <= 60 ? self : prefix(57) + "…" }
}
