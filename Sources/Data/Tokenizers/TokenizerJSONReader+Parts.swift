import FileSystem

/// The parts around the model. `null` and absence mean the same everywhere.
extension TokenizerJSONReader {
  /// A text may become this many times longer by normalisation, no more.
  private static let expansionLimit = 1024.0

  func normalizer() throws -> Normalizer {
    guard let node = try root.optional("normalizer") else { return .identity }
    let normalizer = try Self.normalizer(node)
    guard normalizer.expansion <= Self.expansionLimit else {
      throw node.error(
        found: "replacements that make a text up to \(normalizer.expansion) times longer",
        expected: "at most \(Int(Self.expansionLimit)) times")
    }
    return normalizer
  }

  private static func normalizer(_ node: JSONNode) throws -> Normalizer {
    let type = try node.required("type")
    switch try type.string {
    case "NFC": return .nfc
    case "NFKC": return .nfkc
    case "Prepend":
      let prefix = try node.required("prepend")
      guard try prefix.string.utf8.count <= 64 else {
        throw prefix.error(found: "a prefix of \(try prefix.string.utf8.count) bytes", expected: "at most 64")
      }
      return .prepend(try prefix.string)
    case "Replace":
      return .replace(try literalPattern(node), with: try node.required("content").string)
    case "Sequence": return .sequence(try node.required("normalizers").elements.map(normalizer))
    default:
      throw type.error(
        found: "a normalizer of type '\(try type.string)'",
        expected: "NFC, NFKC, Prepend, Replace or Sequence")
    }
  }

  /// The literal text of a `Replace`.
  private static func literalPattern(_ node: JSONNode) throws -> String {
    let pattern = try node.required("pattern")
    guard let text = try pattern.optional("String") else {
      throw pattern.error(found: "a pattern that is no literal text", expected: "{\"String\": …}")
    }
    guard try !text.string.isEmpty else { throw text.error(found: "an empty pattern", expected: "text") }
    return try text.string
  }

  func preTokenizer() throws -> PreTokenizer {
    guard let node = try root.optional("pre_tokenizer") else { return PreTokenizer() }
    let preTokenizer = PreTokenizer(steps: try Self.steps(node))
    if preTokenizer.steps.dropLast().contains(where: { if case .byteLevel = $0 { true } else { false } }) {
      throw node.error(found: "ByteLevel before other steps", expected: "ByteLevel last")
    }
    return preTokenizer
  }

  private static func steps(_ node: JSONNode) throws -> [PreTokenizer.Step] {
    let type = try node.required("type")
    switch try type.string {
    case "ByteLevel":
      return [
        .byteLevel(
          addsPrefixSpace: try node.optional("add_prefix_space")?.bool ?? true,
          usesPattern: try node.optional("use_regex")?.bool ?? true)
      ]
    case "Split": return [.pattern(try splitPattern(node))]
    case "Digits": return [.digits(individual: try node.optional("individual_digits")?.bool ?? false)]
    case "Metaspace":
      return [
        .metaspace(prepends: try prependScheme(node), splits: try node.optional("split")?.bool ?? true)
      ]
    case "Sequence": return try node.required("pretokenizers").elements.flatMap(steps)
    default:
      throw type.error(
        found: "a pre-tokenizer of type '\(try type.string)'",
        expected: "ByteLevel, Split, Digits, Metaspace or Sequence")
    }
  }

  private static func splitPattern(_ node: JSONNode) throws -> SplitPattern {
    let pattern = try node.required("pattern")
    guard let source = try pattern.optional("Regex") else {
      throw pattern.error(found: "a split pattern that is no regular expression", expected: "{\"Regex\": …}")
    }
    guard let known = SplitPattern(rawValue: try source.string) else {
      let text = try source.string
      let shown = text.utf8.count <= 120 ? text : String(text.prefix(100)) + "…"
      throw source.error(
        found: "the unknown split pattern \(shown)", expected: "the pattern of GPT-2, Llama 3 or Qwen 2")
    }
    let behavior = try node.required("behavior")
    let inverted = try node.optional("invert")?.bool ?? false
    // Where a pattern matches every character, nothing lies between matches to be kept or removed.
    let isFine =
      try behavior.string == "Isolated" || (behavior.string == "Removed" && inverted && known.isTotal)
    guard isFine else {
      throw behavior.error(found: "the split behaviour '\(try behavior.string)'", expected: "Isolated")
    }
    return known
  }

  private static func prependScheme(_ node: JSONNode) throws -> PreTokenizer.PrependScheme {
    if let replacement = try node.optional("replacement"), try replacement.string != Metaspace.text {
      throw replacement.error(
        found: "the replacement '\(try replacement.string.prefix(20))'", expected: "'\(Metaspace.text)'")
    }
    guard let scheme = try node.optional("prepend_scheme") else {
      return try node.optional("add_prefix_space")?.bool ?? true ? .always : .never
    }
    guard let known = PreTokenizer.PrependScheme(rawValue: try scheme.string) else {
      throw scheme.error(found: "the scheme '\(try scheme.string)'", expected: "always, first or never")
    }
    return known
  }

  func decoder(for model: BPEModel) throws -> TokenDecoder {
    guard let node = try root.optional("decoder") else {
      return model.options.isByteLevel
        ? .byteLevel : .metaspace(.none, byteFallback: model.options.hasByteFallback)
    }
    var decoder: TokenDecoder?
    var stripped = TokenDecoder.StrippedSpace.none
    var byteFallback = false
    let isSequence = try node.required("type").string == "Sequence"
    for step in isSequence ? try node.required("decoders").elements : [node] {
      let type = try step.required("type")
      switch try type.string {
      case "ByteLevel": decoder = .byteLevel
      case "ByteFallback": byteFallback = true
      case "Fuse": break
      case "Metaspace": if try Self.prependScheme(step) != .never { stripped = .ofFirstToken }
      case "Replace":
        let content = try step.required("content")
        guard try Self.literalPattern(step) == Metaspace.text, try content.string == " " else {
          throw content.error(found: "an unknown replacement", expected: "'\(Metaspace.text)' by a space")
        }
      case "Strip": if try Self.stripsOneSpace(step) { stripped = .one }
      default:
        throw type.error(
          found: "a decoder of type '\(try type.string)'",
          expected: "ByteLevel, ByteFallback, Fuse, Metaspace, Replace, Strip or Sequence")
      }
    }
    return decoder ?? .metaspace(stripped, byteFallback: byteFallback)
  }

  private static func stripsOneSpace(_ node: JSONNode) throws -> Bool {
    let (start, stop) = (try node.required("start").int, try node.required("stop").int)
    guard try node.required("content").string == " ", stop == 0, (0...1).contains(start) else {
      throw node.error(found: "an unknown Strip", expected: "one space at the start")
    }
    return start == 1
  }

  /// Reads the tokens around a text out of a `TemplateProcessing`.
  func postProcessor(into parts: inout BPETokenizer.Parts) throws {
    guard let node = try root.optional("post_processor") else { return }
    try Self.readTemplate(node, into: &parts)
  }

  private static func readTemplate(_ node: JSONNode, into parts: inout BPETokenizer.Parts) throws {
    let type = try node.required("type")
    switch try type.string {
    case "ByteLevel": return
    case "Sequence":
      for processor in try node.required("processors").elements { try readTemplate(processor, into: &parts) }
    case "TemplateProcessing":
      let tokens = try node.optional("special_tokens")
      var isBehind = false
      for item in try node.required("single").elements {
        if try item.optional("Sequence") != nil {
          guard !isBehind else { throw item.error(found: "the text twice in the template", expected: "once") }
          isBehind = true
          continue
        }
        let id = try item.required("SpecialToken").required("id")
        guard let token = try tokens?.optional(try id.string) else {
          throw id.error(found: "the token '\(try id.string)' without ids", expected: "it in special_tokens")
        }
        let ids = try token.required("ids").elements.map { Int32(try $0.int(in: 0...Vocabulary.idLimit - 1)) }
        if isBehind { parts.suffix += ids } else { parts.prefix += ids }
      }
    default:
      throw type.error(
        found: "a post-processor of type '\(try type.string)'",
        expected: "TemplateProcessing, ByteLevel or Sequence")
    }
  }
}
