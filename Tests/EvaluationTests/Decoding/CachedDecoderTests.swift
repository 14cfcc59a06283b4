import Autodiff
import Evaluation
import Foundation
import Models
import TestSupport
import Testing

/// Speculative decoding of real transformers through their key/value caches.
@Suite struct CachedDecoderTests {
  private let backend = CPUBackend(threads: 1)

  /// A random model whose logits spread far enough for sampling to matter.
  private func random(layers: Int, seed: UInt64, lines: Int = 3, capacity: Int = 64) -> CachedDecoder {
    let model = LanguageModel(
      ModelConfiguration(
        vocabularySize: 29, hiddenSize: 16, feedForwardSize: 24, layerCount: layers, headCount: 4,
        kvHeadCount: 2, maxPositions: capacity), on: backend, isTrainable: false, isLoaded: false)
    model.store.initialize(seed: seed)
    for parameter in model.store.parameters where !parameter.name.hasSuffix("norm.weight") {
      model.store.write(model.store.read(parameter).map { $0 * 12 }, to: parameter)
    }
    return CachedDecoder(model, on: backend, lines: lines, capacity: capacity)
  }

  private func requests(_ sampling: SamplingSettings = .greedy) -> [DecodingRequest] {
    (0..<7).map { index in
      DecodingRequest(
        prompt: (0...index).map { Int32(($0 * 7 + index) % 29) }, maximumNewTokens: 20 + index,
        sampling: sampling, sequence: UInt64(index))
    }
  }

  @Test func aModelAcceptsItselfWhole() throws {
    let outcome = try SpeculativeDecoder(
      target: random(layers: 2, seed: 1), drafter: random(layers: 2, seed: 1, lines: 2), draftLength: 4,
      seed: 0, endTokens: []
    ).run(requests())
    #expect(AcceptanceMetrics(outcome.log).tau == 5)
  }

  @Test(arguments: [1, 3, 5])
  func greedyTextEqualsPlainGreedyText(draftLength: Int) throws {
    let target = random(layers: 2, seed: 1)
    let outcome = try SpeculativeDecoder(
      target: target, drafter: random(layers: 1, seed: 1), draftLength: draftLength, seed: 0, endTokens: []
    ).run(requests())
    let plain = try Generator(model: target, seed: 0, endTokens: []).run(requests())
    let agreement = try GreedyAgreement(
      target: target, requests: requests(), plain: plain, speculative: outcome.completions)
    #expect(agreement.different == 0 && agreement.equal >= 6)
    let tau = AcceptanceMetrics(outcome.log).tau ?? 0
    #expect(tau >= 1 && tau < Double(draftLength + 1), "tau \(tau): the drafter should be imperfect")
  }

  @Test func aSampledTextDoesNotDependOnItsNeighbours() throws {
    let sampling = try SamplingSettings(temperature: 0.8, topP: 0.95)
    let together = try Generator(model: random(layers: 2, seed: 1), seed: 5, endTokens: [3]).run(
      requests(sampling))
    let alone = try Generator(model: random(layers: 2, seed: 1, lines: 1), seed: 5, endTokens: [3]).run(
      requests(sampling))
    #expect(together == alone)
  }

  /// The published model of 260,000 parameters against a 5-gram drafter of its own texts.
  @Test(.enabled(if: outsideData != nil, "needs PACER_DATA"))
  func aPublishedTargetKeepsItsGreedyTextAndEveryCycleIsCounted() throws {
    let data = try #require(outsideData)
    let file = try Llama2CFile(path: data + "/models/stories260K/stories260K.bin")
    let model = LanguageModel(file.configuration, on: backend, isTrainable: false, isLoaded: true)
    try model.store.load(file)
    let target = CachedDecoder(model, on: backend, lines: 16, capacity: 256)
    let prompts = try JSONDecoder().decode(
      [[Int32]].self,
      from: Data(contentsOf: URL(filePath: data + "/prompts/stories260k_tok512.json")))
    let texts = try Generator(model: target, seed: 1, endTokens: []).run(
      (0..<32).map {
        DecodingRequest(
          prompt: [1], maximumNewTokens: 200, sampling: try SamplingSettings(temperature: 0.8), sequence: $0)
      })
    let drafter = try NGramDrafter(
      order: 5, documents: texts.map(\.tokens), vocabularySize: 512, lineCount: 16, capacity: 256)
    let requests = try EvaluationProtocol(promptCount: 16, newTokens: 60).requests(
      prompts.map { EvaluationPrompt(tokens: $0) })
    let outcome = try SpeculativeDecoder(
      target: target, drafter: drafter, draftLength: 4, seed: 0, endTokens: []
    ).run(requests)
    let plain = try Generator(model: target, seed: 0, endTokens: []).run(requests)
    let agreement = try GreedyAgreement(
      target: target, requests: requests, plain: plain, speculative: outcome.completions)
    #expect(agreement.different == 0 && agreement.equal >= 14, "\(agreement)")
    let replay = try ChainReplay.log(requests, outcome.completions, drafter: drafter, draftLength: 4)
    let tau = try #require(AcceptanceMetrics(outcome.log).tau)
    #expect(tau == AcceptanceMetrics(replay).tau)
    #expect(tau > 1.5, "5-grams of the target's own texts should help, tau is \(tau)")
  }
}
