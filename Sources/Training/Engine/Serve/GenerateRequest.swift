package import Autodiff
package import DraftData
package import Evaluation
internal import FileSystem
internal import Models

/// `pacer generate`: a model goes on from prompts.
package struct GenerateRequest {
  package var prompts: [PromptSet.Prompt] = []
  package var maximumNewTokens = 160
  package var batchSize = 32
  package var seed: UInt64 = 0
  private let sampling: SamplingSettings

  /// A request without prompts yet.
  package init(sampling: SamplingSettings) { self.sampling = sampling }

  /// A prompt and what the model wrote after it.
  package struct Text: Sendable {
    package let prompt: String
    package let text: String
    package let ids: [Int32]
    package let ending: Completion.Ending

    /// As `--json` prints it.
    package var json: JSONValue {
      [
        "prompt": .string(prompt), "text": .string(text), "ids": .array(ids.map { .integer(Int($0)) }),
        "ending": .string(ending.rawValue),
      ]
    }
  }

  /// Writes all texts; with `corpus`, as a corpus as well: one file where the path ends in `.h5`, else a folder.
  ///
  /// - Throws: `InputError` for a model without a tokenizer, a prompt that leaves no room, or a corpus that is there
  ///   already.
  package func run(_ trained: TrainedModel, corpus: String?, on backend: CPUBackend) throws -> [Text] {
    guard let tokenizer = try trained.tokenizer() else {
      throw InputError(
        .usage, file: trained.path, found: "this model has no tokenizer", expected: "model.bin:tokenizer.bin")
    }
    let model = try trained.languageModel()
    let requests = try prompts.enumerated().map { index, prompt in
      var tokens = tokenizer.encodePrompt(prompt.text)
      // Nothing at all can be gone on from where a model has a token for the start of a text.
      if tokens.isEmpty, let begin = tokenizer.beginOfText { tokens = [begin] }
      guard !tokens.isEmpty else {
        throw InputError(
          .usage, key: "prompt", found: "an empty prompt", expected: "text: the model has no begin token")
      }
      return DecodingRequest(
        prompt: tokens, maximumNewTokens: maximumNewTokens, sampling: sampling, sequence: UInt64(index),
        domain: prompt.domain)
    }
    // Opened before the work begins: a corpus that cannot be made is no news to have at its end.
    let output = try corpus.map { try self.output($0, tokenizer, trained) }
    let longest = requests.map(\.prompt.count).max() ?? 1
    let decoder = CachedDecoder(
      model, on: backend, lines: min(batchSize, max(requests.count, 1)),
      capacity: min(longest + maximumNewTokens, model.rotary.positionCount))
    let completions = try Generator(
      model: decoder, seed: seed, endTokens: model.configuration.endTokens
    ).run(requests)
    if let output { try write(requests, completions, to: output) }
    return zip(prompts, completions).map { prompt, completion in
      Text(
        prompt: prompt.text, text: tokenizer.decode(completion.tokens), ids: completion.tokens,
        ending: completion.ending)
    }
  }

  private func output(
    _ path: String, _ tokenizer: any Tokenizer, _ trained: TrainedModel
  ) throws -> any CorpusOutput {
    let description = CorpusDescription(
      vocabularySize: try trained.languageModel().configuration.vocabularySize,
      tokenizerHash: SHA256.hash(try tokenizer.tokenizerJSON()).description,
      provenance: "pacer generate, temperature \(sampling.temperature), seed \(seed)")
    if CorpusFile.isNamed(by: path) { return try CorpusFile(creating: path, description) }
    let writer = try CorpusWriter(folder: path, description)
    // Other prompts may have made them, and nothing here says which.
    guard writer.committedCount == 0 else {
      throw InputError(
        .cannotCreate, file: path, found: "\(writer.committedCount) texts of an earlier attempt",
        remedy: "Remove this folder, or choose another")
    }
    return writer
  }

  private func write(
    _ requests: [DecodingRequest], _ completions: [Completion], to output: any CorpusOutput
  ) throws {
    for (index, (request, completion)) in zip(requests, completions).enumerated() {
      try output.append(
        CorpusDocument(
          tokens: request.prompt + completion.tokens, promptLength: request.prompt.count,
          domain: request.domain ?? "text", temperature: Float(sampling.temperature), source: index))
    }
    try output.finish()
  }
}
