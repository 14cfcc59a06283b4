package import FileSystem

/// The keys under which GGUF files hold a tokenizer, and what stands there, checked; the kinds of tokenizers read it.
///
/// Source: ggml's GGUF specification, "Tokenizer"; what llama.cpp assumes where a key is missing.
package enum GGUFTokenizer {
  package static let prefix = "tokenizer.ggml."
  package static let model = prefix + "model"
  package static let pre = prefix + "pre"
  package static let tokens = prefix + "tokens"
  package static let scores = prefix + "scores"
  package static let tokenTypes = prefix + "token_type"
  package static let merges = prefix + "merges"
  package static let beginID = prefix + "bos_token_id"
  package static let endID = prefix + "eos_token_id"
  package static let endOfTurnID = prefix + "eot_token_id"
  package static let endOfMessageID = prefix + "eom_token_id"
  package static let unknownID = prefix + "unknown_token_id"
  package static let padID = prefix + "padding_token_id"
  package static let addsBegin = prefix + "add_bos_token"
  package static let addsEnd = prefix + "add_eos_token"
  package static let addsSpace = prefix + "add_space_prefix"
  package static let chatTemplate = "tokenizer.chat_template"

  /// The keys that name tokens which end a text, the first of them being the end of text itself.
  package static let ends = [endID, endOfTurnID, endOfMessageID]
  /// What stands under `model` where a file has no tokenizer.
  package static let noModels = ["none", "no_vocab"]

  /// What a token is for.
  package enum TokenType: Int, Sendable {
    case normal = 1
    case unknown
    case control
    case userDefined
    case unused
    case byte
  }

  /// Whether a file holds a tokenizer.
  ///
  /// - Throws: `InputError` for a `tokenizer.ggml.model` that is no string.
  package static func isPresent(in file: GGUFFile) throws(InputError) -> Bool {
    guard let field = file.optional(model) else { return false }
    return !noModels.contains(try field.string())
  }

  /// The chat template, nil where there is none.
  ///
  /// - Throws: `InputError` for one that is no string.
  package static func chatTemplate(in file: GGUFFile) throws(InputError) -> String? {
    try file.optional(chatTemplate)?.string()
  }
}

extension TokenizerLoader {
  /// Reads the tokenizer inside a GGUF file.
  static func embedded(in path: String) throws -> BPETokenizer {
    let file = try GGUFFile(path)
    let field = try file.required(GGUFTokenizer.model)
    let reader = try GGUFTokenizerReader(file)
    switch try field.string() {
    case "gpt2": return try reader.byteLevel()
    case "llama": return try reader.sentencePiece()
    case let name:
      throw field.error(
        found: "a tokenizer of type '\(DisplayText.escaped(name, limit: 40))'",
        expected: "'gpt2' (byte-level BPE) or 'llama' (SentencePiece BPE)")
    }
  }
}
