extension BPETokenizer {
  /// This tokenizer as the text of a Hugging Face `tokenizer.json`.
  ///
  /// Merges of equal rank (two pieces of a llama2.c tokenizer with the same score) are written one after the
  /// other, by id: the format knows no equal ranks.
  public func tokenizerJSON() throws -> [UInt8] {
    let document: JSONValue = [
      "version": "1.0", "truncation": nil, "padding": nil,
      "added_tokens": .array(addedTokens.map(\.json)),
      "normalizer": normalizer.json, "pre_tokenizer": preTokenizer.json, "post_processor": postProcessorJSON,
      "decoder": decoder.json, "model": model.json,
    ]
    return try document.serializedBytes(pretty: true)
  }

  private var postProcessorJSON: JSONValue {
    if prefix.isEmpty && suffix.isEmpty { return nil }
    let sequence: (String, Int) -> JSONValue = { ["Sequence": ["id": .string($0), "type_id": .integer($1)]] }
    let special: (Int32) -> JSONValue = { id in
      ["SpecialToken": ["id": .string(token(id) ?? ""), "type_id": 0]]
    }
    let (before, behind) = (prefix.map(special), suffix.map(special))
    var tokens = JSONObject()
    for id in prefix + suffix {
      let name = token(id) ?? ""
      tokens[name] = ["id": .string(name), "ids": [.integer(Int(id))], "tokens": [.string(name)]]
    }
    return [
      "type": "TemplateProcessing", "single": .array(before + [sequence("A", 0)] + behind),
      "pair": .array(before + [sequence("A", 0)] + behind + before + [sequence("B", 1)] + behind),
      "special_tokens": .object(tokens),
    ]
  }
}

extension AddedToken {
  fileprivate var json: JSONValue {
    [
      "id": .integer(Int(id)), "content": .string(content), "single_word": .bool(isSingleWord),
      "lstrip": .bool(stripsLeft), "rstrip": .bool(stripsRight), "normalized": .bool(isNormalized),
      "special": .bool(isSpecial),
    ]
  }
}

extension Normalizer {
  fileprivate var json: JSONValue {
    switch self {
    case .nfc: ["type": "NFC"]
    case .nfkc: ["type": "NFKC"]
    case .prepend(let prefix): ["type": "Prepend", "prepend": .string(prefix)]
    case .replace(let pattern, let content):
      ["type": "Replace", "pattern": ["String": .string(pattern)], "content": .string(content)]
    case .sequence([]): nil
    case .sequence(let steps): ["type": "Sequence", "normalizers": .array(steps.map(\.json))]
    }
  }
}

extension PreTokenizer {
  fileprivate var json: JSONValue {
    switch steps.count {
    case 0: nil
    case 1: Self.json(steps[0])
    default: ["type": "Sequence", "pretokenizers": .array(steps.map(Self.json))]
    }
  }

  private static func json(_ step: Step) -> JSONValue {
    switch step {
    case .byteLevel(let addsPrefixSpace, let usesPattern):
      [
        "type": "ByteLevel", "add_prefix_space": .bool(addsPrefixSpace), "trim_offsets": true,
        "use_regex": .bool(usesPattern),
      ]
    case .pattern(let pattern):
      [
        "type": "Split", "pattern": ["Regex": .string(pattern.rawValue)], "behavior": "Isolated",
        "invert": false,
      ]
    case .digits(let individual): ["type": "Digits", "individual_digits": .bool(individual)]
    case .metaspace(let scheme, let splits):
      [
        "type": "Metaspace", "replacement": .string(Metaspace.text),
        "prepend_scheme": .string(scheme.rawValue),
        "split": .bool(splits),
      ]
    }
  }
}

extension TokenDecoder {
  fileprivate var json: JSONValue {
    switch self {
    case .byteLevel: ["type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true]
    case .metaspace(let stripped, let byteFallback): Self.sequence(stripped, byteFallback)
    }
  }

  private static func sequence(_ stripped: StrippedSpace, _ byteFallback: Bool) -> JSONValue {
    let spaces: JSONValue =
      stripped == .ofFirstToken
      ? [
        "type": "Metaspace", "replacement": .string(Metaspace.text), "prepend_scheme": "always",
        "split": true,
      ]
      : ["type": "Replace", "pattern": ["String": .string(Metaspace.text)], "content": " "]
    var steps = [spaces]
    if byteFallback { steps.append(["type": "ByteFallback"]) }
    steps.append(["type": "Fuse"])
    if stripped == .one { steps.append(["type": "Strip", "content": " ", "start": 1, "stop": 0]) }
    return ["type": "Sequence", "decoders": .array(steps)]
  }
}

extension BPEModel {
  fileprivate var json: JSONValue {
    var tokens = JSONObject()
    for (id, token) in vocabulary.tokens.enumerated() {
      if let token { _ = tokens.appendIfNew(JSONObject.Member(key: token, value: .integer(id))) }
    }
    let merges = rules.map { rule -> JSONValue in
      [.string(vocabulary.token(rule.left) ?? ""), .string(vocabulary.token(rule.right) ?? "")]
    }
    return [
      "type": "BPE", "dropout": nil, "unk_token": options.unknownToken.map { .string($0) } ?? nil,
      "continuing_subword_prefix": nil, "end_of_word_suffix": nil, "fuse_unk": .bool(options.fusesUnknown),
      "byte_fallback": .bool(options.hasByteFallback), "ignore_merges": .bool(options.ignoresMerges),
      "vocab": .object(tokens), "merges": .array(merges),
    ]
  }
}
