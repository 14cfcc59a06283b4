internal import Autodiff
internal import DraftData
internal import Drafters
internal import FileSystem

/// The README of an exported drafter that reads hidden states: what it is, and the lines that serve it.
struct DrafterReadme {
  private let request: ExportRequest
  private let format: ExportStageRecipe.Format
  private let folderName: String

  init(_ request: ExportRequest, format: ExportStageRecipe.Format, folderName: String) {
    (self.request, self.format, self.folderName) = (request, format, folderName)
  }

  /// Markdown.
  var text: String {
    """
    # \(folderName)

    A drafter for speculative decoding with \(request.targetName), trained by Pacer. It reads the target's hidden states,
    \(shared), and works with no other model.

    \(request.model.store.weightCount) parameters, stored as \(request.elementType.rawValue). It drafts \(length) tokens a cycle.
    \(AcceptanceSentence(request.acceptance).text)
    ```
    \(launchLines.joined(separator: "\n"))
    ```

    """
  }

  /// One line for each engine that reads the format.
  var launchLines: [String] {
    let target = request.targetPath ?? request.targetName
    func sglang(_ algorithm: String, _ tokenMap: String = "") -> String {
      "python -m sglang.launch_server --model \(target) --speculative-algorithm \(algorithm) "
        + "--speculative-draft-model-path \(folderName) --speculative-num-steps \(length) "
        + "--speculative-eagle-topk 1 --speculative-num-draft-tokens \(length + 1)" + tokenMap
    }
    func vllm(_ method: String) -> String {
      "vllm serve \(target) --speculative-config "
        + "'{\"method\": \"\(method)\", \"model\": \"\(folderName)\", \"num_speculative_tokens\": \(length)}'"
    }
    switch format {
    case .eagle:
      guard case .features(let drafter) = request.model, drafter.draftVocabulary != nil else {
        return [sglang("EAGLE")]
      }
      return [sglang("EAGLE", " --speculative-token-map \(folderName)/\(TokenMapFile.name)")]
    case .eagleVLLM: return [vllm("eagle")]
    case .eagle3: return [sglang("EAGLE3"), vllm("eagle3")]
    case .speculators: return ["vllm serve \(folderName)"]
    case .gguf:
      return [
        "llama-server -m TARGET.gguf -md \(folderName) --spec-type draft-eagle3 --spec-draft-n-max \(length)"
      ]
    case .medusa: return ["python -m medusa.inference.cli --model \(folderName)"]
    case .engine, .huggingFace, .acceptanceHead: return []
    }
  }

  private var shared: String {
    switch request.model.exportSubject {
    case .eagle: "shares its embedding and its head"
    case .medusa: "has heads of its own"
    case .eagle3, .languageModel, .acceptanceHead: "shares its embedding"
    }
  }

  private var length: Int { request.generation.draftLength }
}
