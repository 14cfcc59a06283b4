package import FileSystem

/// What llama.cpp compares of two vocabularies before it lets one model draft for the other.
///
/// Source: llama.cpp, `common_speculative_are_compatible`.
package struct SpeculationVocabulary: Sendable {
  private static let largestDifference = 128
  /// The first tokens may differ: they are special ones, which each model calls by other names.
  private static let firstCompared = 5

  private let kind: String
  private let tokens: [String]
  private let prefix: Int32?
  private let suffix: Int32?

  /// A vocabulary as it is written.
  package init(_ vocabulary: GGUFVocabulary) {
    (kind, tokens) = (vocabulary.kind.rawValue, vocabulary.tokens)
    (prefix, suffix) = (vocabulary.prefix, vocabulary.suffix)
  }

  /// The vocabulary of a GGUF file, of whatever architecture.
  ///
  /// - Throws: `InputError` for a damaged file, and for a tokenizer that is missing or of a kind that Pacer does not do.
  package init(gguf path: String) throws {
    let file = try GGUFFile(path)
    kind = try file.required(GGUFTokenizer.model).string()
    tokens = try file.required(GGUFTokenizer.tokens).strings()
    let tokenizer = try TokenizerLoader.embedded(in: path)
    (prefix, suffix) = (tokenizer.prefix.first, tokenizer.suffix.first)
  }

  /// Refuses a target for which llama.cpp would not let this vocabulary draft.
  ///
  /// - Parameter name: what to call the target.
  /// - Throws: `InputError` (usage) that says what differs.
  package func check(target: SpeculationVocabulary, name: String) throws(InputError) {
    func differ(_ what: String, _ drafter: String, _ target: String) -> InputError {
      InputError(
        .usage, file: name, key: what, found: "found \(target)",
        expected: "\(drafter), as the drafter has it",
        remedy: "llama.cpp refuses this pair; use a drafter that was trained with this target's tokenizer")
    }
    func shown(_ id: Int32?) -> String { id.map { "the token \($0)" } ?? "no token" }
    if kind != target.kind { throw differ("tokenizer.ggml.model", "'\(kind)'", "'\(target.kind)'") }
    if prefix != target.prefix { throw differ("token put in front", shown(prefix), shown(target.prefix)) }
    if suffix != target.suffix { throw differ("token put behind", shown(suffix), shown(target.suffix)) }
    guard abs(tokens.count - target.tokens.count) <= Self.largestDifference else {
      throw differ(
        "vocabulary", "\(tokens.count) tokens give or take \(Self.largestDifference)",
        "\(target.tokens.count)")
    }
    for id in 0..<min(tokens.count, target.tokens.count) where id >= Self.firstCompared {
      guard ExactText(tokens[id]) == ExactText(target.tokens[id]) else {
        throw differ(
          "token \(id)", "'\(DisplayText.escaped(tokens[id], limit: 40))'",
          "'\(DisplayText.escaped(target.tokens[id], limit: 40))'")
      }
    }
  }
}
