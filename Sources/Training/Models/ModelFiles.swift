package import DraftData
internal import FileSystem

/// A model on disk: what it is and where its tensors lie, with no weight read yet.
package struct ModelFiles {
  /// How a model is stored.
  package enum Format: String, Sendable {
    /// A Hugging Face folder.
    case huggingFace = "hf"
    /// A checkpoint of llama2.c.
    case llama2c
    /// Pacer's own engine file.
    case engine
    /// A GGUF file.
    case gguf
  }

  /// Where the tokenizer is.
  package enum TokenizerPlace: Sendable {
    /// A folder or file that `TokenizerLoader` reads.
    case path(String)
    /// Inside an engine file: the bytes of a `tokenizer.json`.
    case embedded([UInt8])
  }

  /// As the caller gave it.
  package let path: String
  package let format: Format
  package let configuration: ModelConfiguration
  package let tensors: any TensorSource
  /// Bytes of all tensors as stored.
  package let weightBytes: Int
  /// Nil where there is none, which is fine as long as no text is needed.
  package let tokenizerPlace: TokenizerPlace?

  /// Reads the tokenizer; nil where there is none.
  ///
  /// - Throws: `InputError` for one that is damaged or of a kind that Pacer does not do exactly.
  package func tokenizer() throws -> (any Tokenizer)? {
    switch tokenizerPlace {
    case nil: nil
    case .path(let path): try TokenizerLoader.load(path: path)
    case .embedded(let bytes):
      try TokenizerLoader.read(
        tokenizerJSON: bytes, file: path, beginToken: configuration.beginToken,
        endTokens: configuration.endTokens)
    }
  }

  /// The tokenizer as files, the original bytes where it has some; nil where there is none.
  package func tokenizerFiles() throws -> TokenizerFiles? {
    switch tokenizerPlace {
    case nil: return nil
    case .embedded(let bytes): return TokenizerFiles(json: bytes, configuration: nil)
    case .path(let path):
      let folder = Directory.kind(of: path) == .folder ? path : Path.folder(of: path)
      func bytes(_ name: String) throws -> [UInt8]? {
        let file = Path.joined(folder, name)
        return Directory.kind(of: file) == .file
          ? try File.readAll(file, limit: TokenizerFiles.byteLimit) : nil
      }
      if format == .huggingFace, let json = try bytes("tokenizer.json") {
        return TokenizerFiles(
          json: json, configuration: try bytes("tokenizer_config.json"),
          chatTemplate: try bytes("chat_template.jinja").map { String(decoding: $0, as: UTF8.self) })
      }
      let json = try TokenizerLoader.load(path: path).tokenizerJSON()
      let configuration = format == .huggingFace ? try bytes("tokenizer_config.json") : nil
      let template = format == .gguf ? try GGUFTokenizer.chatTemplate(in: GGUFFile(path)) : nil
      return TokenizerFiles(json: json, configuration: configuration, chatTemplate: template)
    }
  }
}

/// A tokenizer as files of a Hugging Face folder.
package struct TokenizerFiles: Sendable {
  /// `tokenizer.json`.
  package let json: [UInt8]
  /// `tokenizer_config.json`, where the model came with one: it holds the chat template.
  package let configuration: [UInt8]?
  /// Jinja, where it stands alone: in a file of its own, or for a tokenizer without a `configuration`.
  package let chatTemplate: String?

  static let byteLimit = 1 << 28

  /// Both files.
  package init(json: [UInt8], configuration: [UInt8]?, chatTemplate: String? = nil) {
    (self.json, self.configuration, self.chatTemplate) = (json, configuration, chatTemplate)
  }
}
