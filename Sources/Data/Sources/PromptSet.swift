internal import FileSystem

/// Prompts to generate from or to evaluate with, in the order of their file.
public struct PromptSet: Sendable, Equatable {
  /// One prompt.
  public struct Prompt: Sendable, Equatable {
    /// What it is about: results are reported by domain.
    public let domain: String
    /// The text.
    public let text: String
    /// The ids, where a chat template rendered the text: nothing is added before them.
    package let tokens: [Int32]?

    /// A prompt of a domain.
    public init(domain: String, text: String) { self.init(domain: domain, text: text, tokens: nil) }

    /// A prompt with its ids.
    package init(domain: String, text: String, tokens: [Int32]?) {
      self.domain = domain
      self.text = text
      self.tokens = tokens
    }
  }

  /// The prompts.
  public let prompts: [Prompt]

  /// Prompts from anywhere.
  public init(_ prompts: [Prompt]) { self.prompts = prompts }

  /// The beginnings of held-out documents: their prompt where they have one, else their text.
  public init(_ documents: [Document]) {
    prompts = documents.map { document in
      let prompt = document.prompt
      return Prompt(
        domain: document.domain, text: prompt.isEmpty ? document.text : prompt,
        tokens: document.encoding?.prompt)
    }
  }

  /// Reads a JSONL file of `{"domain": …, "prompt": …}`.
  ///
  /// - Parameters:
  ///   - field: The key or dotted path of the text.
  ///   - domain: The domain of records without `domain`; nil makes the key necessary.
  /// - Throws: `InputError` naming line and key; also for a blank prompt and for a file without any.
  public static func read(_ path: String, field: String = "prompt", domain: String? = nil) throws -> PromptSet
  {
    var prompts: [Prompt] = []
    try JSONLinesReader.forEach(in: path) { record in
      let text = try RecordMapping.field(field, of: record)
      guard try !text.string.allSatisfy(\.isWhitespace) else {
        throw text.error(found: "a blank prompt", expected: "text")
      }
      let own = try record.optional("domain")?.string ?? domain
      prompts.append(Prompt(domain: try own ?? record.required("domain").string, text: try text.string))
    }
    guard !prompts.isEmpty else {
      throw InputError(.badData, file: path, found: "no prompts", expected: "at least one")
    }
    return PromptSet(prompts)
  }

  /// The domains in the order of their first appearance.
  public var domains: [String] {
    var domains: [String] = []
    for prompt in prompts where !domains.contains(prompt.domain) { domains.append(prompt.domain) }
    return domains
  }
}
