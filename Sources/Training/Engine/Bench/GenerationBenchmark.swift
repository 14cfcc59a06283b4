package import Autodiff
internal import Evaluation
internal import Models

/// How fast a model writes many texts side by side, finished ones replaced at once.
package struct GenerationBenchmark {
  package var batchSize = 256
  package var newTokens = 200
  package var temperature = 0.8
  /// Texts for each line of the batch.
  package var textsPerLine = 2
  private let backend: CPUBackend
  private let path: String

  /// A benchmark of the model at a path.
  package init(model path: String, on backend: CPUBackend) {
    self.path = path
    self.backend = backend
  }

  /// Every text begins with the model's begin token, or its first, and goes on to the full length.
  ///
  /// - Throws: `InputError` for a model that cannot be loaded, or whose positions do not suffice.
  package func run() throws -> Measurement {
    let model = try TrainedModel.load(path, on: backend).languageModel()
    let capacity = min(newTokens + 1, model.rotary.positionCount)
    let decoder = CachedDecoder(model, on: backend, lines: batchSize, capacity: capacity)
    let sampling =
      temperature == 0 ? SamplingSettings.greedy : try SamplingSettings(temperature: temperature)
    let requests = (0..<batchSize * textsPerLine).map {
      DecodingRequest(
        prompt: [model.configuration.beginToken ?? 0], maximumNewTokens: newTokens, sampling: sampling,
        sequence: UInt64($0))
    }
    let generator = Generator(model: decoder, seed: 1, endTokens: [])
    var written = 0
    let samples = try Stopwatch.samples(duration: 1) {
      written = try generator.run(requests).reduce(0) { $0 + $1.tokens.count }
    }
    return Measurement(
      name: "generation, \(batchSize) texts at a time", seconds: samples, amount: Double(written),
      unit: "tokens")
  }
}
