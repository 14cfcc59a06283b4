internal import Autodiff
internal import DraftData
internal import FileSystem
internal import Models

/// The text beside an exported GGUF file: what it is and the lines that use it.
struct GGUFReadme {
  private let request: ExportRequest
  private let path: String
  private let warnings: [String]

  init(_ request: ExportRequest, path: String, warnings: [String]) {
    (self.request, self.path, self.warnings) = (request, path, warnings)
  }

  /// The command that serves the target with this drafter.
  var launchLine: String {
    let target = request.targetName.hasSuffix(".gguf") ? request.targetName : request.targetName + ".gguf"
    return "llama-server -m \(target) -md \(Path.name(of: path)) --spec-type draft-simple "
      + "--spec-draft-n-max \(request.generation.draftLength)"
  }

  /// Markdown.
  var text: String {
    let configuration = request.languageModel.configuration
    let remarks = warnings.isEmpty ? "" : "\n" + warnings.map { "- \($0)\n" }.joined()
    return """
      # \(Path.name(of: path))

      A draft model for speculative decoding with \(request.targetName), trained by Pacer.

      \(configuration.layerCount) layers, width \(configuration.hiddenSize), \
      \(request.languageModel.store.weightCount) parameters, vocabulary \(configuration.vocabularySize), \
      stored as \(request.elementType.rawValue). It drafts \(request.generation.draftLength) tokens a cycle.
      \(remarks)
      ## llama.cpp

      ```
      \(launchLine)
      ```

      The target has to be a GGUF file with the same tokenizer; llama.cpp refuses one that differs in its kind, in
      the tokens it puts around a text, in more than 128 tokens, or in the text of a token from the fifth on.
      `pacer export … --target TARGET` makes the same comparison beforehand.

      """
  }
}
