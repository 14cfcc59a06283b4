internal import Autodiff
internal import DraftData
internal import Models

/// The README of an exported folder: what it is and the lines that use it.
struct HuggingFaceReadme {
  private let request: ExportRequest
  private let folderName: String

  init(_ request: ExportRequest, folderName: String) {
    (self.request, self.folderName) = (request, folderName)
  }

  /// Markdown.
  var text: String {
    let configuration = request.languageModel.configuration
    return """
      # \(folderName)

      A draft model for speculative decoding with \(request.targetName), trained by Pacer.

      \(configuration.layerCount) layers, width \(configuration.hiddenSize), \
      \(request.languageModel.store.weightCount) parameters, vocabulary \(configuration.vocabularySize), \
      stored as \(request.elementType.rawValue). It drafts \(length) tokens a cycle.
      \(AcceptanceSentence(request.acceptance).text)
      ## transformers

      ```python
      from transformers import AutoModelForCausalLM, AutoTokenizer

      tokenizer = AutoTokenizer.from_pretrained("\(request.targetName)")
      target = AutoModelForCausalLM.from_pretrained("\(request.targetName)")
      drafter = AutoModelForCausalLM.from_pretrained("\(folderName)")
      inputs = tokenizer("Once upon a time", return_tensors="pt")
      output = target.generate(**inputs, assistant_model=drafter, do_sample=False, max_new_tokens=100)
      print(tokenizer.decode(output[0]))
      ```

      ## vLLM

      ```
      \(launchLines[0])
      ```

      ## SGLang

      ```
      \(launchLines[1])
      ```

      Target and drafter must have the same vocabulary size (here \(configuration.vocabularySize)).

      """
  }

  /// The lines that serve the target with this drafter, of vLLM and SGLang.
  var launchLines: [String] {
    [
      "vllm serve \(request.targetName) --speculative-config "
        + "'{\"method\": \"draft_model\", \"model\": \"\(folderName)\", \"num_speculative_tokens\": \(length)}'",
      "python -m sglang.launch_server --model \(request.targetName) --speculative-algorithm STANDALONE "
        + "--speculative-draft-model-path \(folderName) --speculative-num-steps \(length) "
        + "--speculative-eagle-topk 1 --speculative-num-draft-tokens \(length + 1)",
    ]
  }

  private var length: Int { request.generation.draftLength }
}
