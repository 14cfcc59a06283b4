/// What the names of llama.cpp's pre-tokenizers for byte-level vocabularies mean.
///
/// Source: llama.cpp, `llama-vocab.cpp`: the patterns behind `tokenizer.ggml.pre`, and which of them look a word up
/// whole before merging.
struct GGUFPreTokenizer: Sendable {
  let name: String
  /// Names that mean the same.
  private let otherNames: [String]
  let steps: [PreTokenizer.Step]
  let ignoresMerges: Bool
  /// Whether a begin token is added where the file does not say.
  let addsBegin: Bool

  private init(
    _ name: String, _ otherNames: [String] = [], _ steps: [PreTokenizer.Step], ignoresMerges: Bool = false,
    addsBegin: Bool = false
  ) {
    (self.name, self.otherNames, self.steps) = (name, otherNames, steps)
    (self.ignoresMerges, self.addsBegin) = (ignoresMerges, addsBegin)
  }

  private static let bytes = PreTokenizer.Step.byteLevel(addsPrefixSpace: false, usesPattern: false)
  private static let words = PreTokenizer.Step.byteLevel(addsPrefixSpace: false, usesPattern: true)

  /// What llama.cpp does where a file names none.
  static let `default` = GGUFPreTokenizer(
    "default", [],
    [.pattern(.punctuation), .pattern(.gpt2), .digits(individual: false), .pattern(.threeDigits), bytes])

  private static let all: [GGUFPreTokenizer] = [
    GGUFPreTokenizer("gpt-2", ["phi-2", "jina-es", "jina-de", "olmo", "mpt"], [words]),
    GGUFPreTokenizer(
      "llama-bpe", ["llama3", "llama-v3", "falcon3", "pixtral"], [.pattern(.llama3), bytes],
      ignoresMerges: true, addsBegin: true),
    GGUFPreTokenizer("dbrx", ["smaug-bpe"], [.pattern(.llama3), bytes]),
    GGUFPreTokenizer("qwen2", ["deepseek-r1-qwen", "megrez"], [.pattern(.qwen2), bytes]),
    GGUFPreTokenizer("smollm", ["starcoder", "refact", "command-r"], [.digits(individual: true), words]),
    `default`,
  ]

  /// Every name that is known.
  static var names: [String] { all.flatMap { [$0.name] + $0.otherNames } }

  /// What `name` means, nil when it is unknown.
  static func named(_ name: String) -> GGUFPreTokenizer? {
    all.first { $0.name == name || $0.otherNames.contains(name) }
  }

  /// The pre-tokenizer that does the same as `steps`, nil when llama.cpp has none.
  static func matching(_ steps: [PreTokenizer.Step], ignoresMerges: Bool) -> GGUFPreTokenizer? {
    // GPT-2's pattern is spelled in two ways.
    let plain = steps == [.pattern(.gpt2), bytes] ? [words] : steps
    return all.first { $0.steps == plain && $0.ignoresMerges == ignoresMerges }
  }
}
