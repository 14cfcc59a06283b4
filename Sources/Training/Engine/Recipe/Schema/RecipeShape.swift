/// What may stand in one place of a recipe; the schema, the reference page and the error texts are drawn from it.
public indirect enum RecipeShape: Sendable, Equatable {
  case integer(RecipeRange?)
  case number(RecipeRange?)
  case boolean
  case text
  /// One of these words, each with what it means.
  case choice([Choice])
  case list(RecipeShape)
  /// Named values, all of one shape.
  case table(RecipeShape)
  case section(Section)
  /// Sections told apart by their `kind`.
  case union(Union)

  /// One word of a choice.
  public struct Choice: Sendable, Equatable {
    /// As written in a recipe.
    public let name: String
    /// What it means: one clause.
    public let documentation: String
  }

  /// A mapping with known keys.
  public struct Section: Sendable, Equatable {
    /// One sentence.
    public let documentation: String
    /// In the order of the reference page.
    public let fields: [Field]
  }

  /// A mapping whose `kind` decides which other keys it has.
  public struct Union: Sendable, Equatable {
    /// One sentence.
    public let documentation: String
    /// In the order of the reference page.
    public let alternatives: [(kind: String, section: Section)]

    /// Equal in every part.
    public static func == (left: Union, right: Union) -> Bool {
      left.documentation == right.documentation
        && left.alternatives.map(\.kind) == right.alternatives.map(\.kind)
        && left.alternatives.map(\.section) == right.alternatives.map(\.section)
    }
  }

  /// One key of a section.
  public struct Field: Sendable, Equatable {
    /// As written in a recipe.
    public let key: String
    /// One line.
    public let documentation: String
    /// What the number counts: `tokens`, `steps`.
    public let unit: String?
    /// Whether absence is an error.
    public let isRequired: Bool
    /// Whether a change leaves the numbers of a run alone, so that a resumed run may differ in it.
    public let isNeutral: Bool
    /// The value when the key is absent; nil where it is required or stays unset.
    public let standard: RecipeNode?
    /// What may stand there.
    public let shape: RecipeShape
  }

  /// What an error says was expected: `a whole number that is at least 1`.
  var expectation: String {
    switch self {
    case .integer(let range): "a whole number" + Self.clause(range)
    case .number(let range): "a number" + Self.clause(range)
    case .boolean: "true or false"
    case .text: "text"
    case .choice(let choices): "one of " + choices.map(\.name).joined(separator: ", ")
    case .list(let item): "a list, each item " + item.expectation
    case .table: "a mapping of names to values"
    case .section(let section): "a mapping with " + section.fields.map(\.key).joined(separator: ", ")
    case .union(let union):
      "a mapping with kind: " + union.alternatives.map(\.kind).joined(separator: "|")
    }
  }

  private static func clause(_ range: RecipeRange?) -> String {
    range.map { " " + $0.description } ?? ""
  }
}
