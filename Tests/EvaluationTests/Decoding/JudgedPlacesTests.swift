import Evaluation
import Testing

/// Places of a language model's chains at which both models' distributions are kept.
@Suite struct JudgedPlacesTests {
  private static let settings: [(temperature: Double, topK: Int?, topP: Double?, endTokens: [Int32])] = [
    (1, nil, nil, []), (0.7, nil, 0.8, [5]), (1.3, 4, nil, []),
  ]

  /// Against both models after the text that stands there, asked without any cache; and against the log, of whose cycles
  /// all places up to the first rejection are there, unless the text ends before.
  @Test(arguments: settings.indices) func bothModelsAreKeptWhereADraftWasJudged(_ index: Int) throws {
    let (temperature, topK, topP, endTokens) = Self.settings[index]
    let sampling = try SamplingSettings(temperature: temperature, topK: topK, topP: topP)
    let target = HashModel(vocabularySize: 11, memory: 2)
    let drafter = HashModel(vocabularySize: 11, salt: 4, memory: 3)
    let requests = (0..<9).map { sequence in
      DecodingRequest(
        prompt: (0...sequence % 4).map { Int32(($0 + sequence) % 11) }, maximumNewTokens: 23,
        sampling: sampling, sequence: UInt64(sequence))
    }
    let outcome = try SpeculativeDecoder(
      target: target, drafter: drafter, draftLength: 3, seed: 7, endTokens: endTokens
    ).run(requests, recording: RunRecording(places: 1000))
    var (count, accepted) = (0, 0)
    for (prompt, request) in requests.enumerated() {
      let text = request.prompt + outcome.completions[prompt].tokens
      let places = outcome.places.kept.filter { $0.prompt == prompt }
      var root = request.prompt.count
      var positions: [Int] = []
      for cycle in outcome.log.prompts[prompt].cycles {
        positions += (0..<min(cycle.drafted, cycle.accepted + 1, cycle.emitted)).map { root + $0 }
        root += cycle.emitted
        accepted += cycle.accepted
      }
      #expect(places.map(\.position) == positions)
      for place in places {
        let before = Array(text[...place.position])
        #expect(place.target == Self.warped(target.logits(after: before), sampling))
        #expect(place.draft == Self.warped(drafter.logits(after: before), sampling))
      }
      count += positions.count
    }
    #expect(accepted > 10, "places behind an accepted token are judged too")
    #expect(outcome.places.count == count && outcome.places.kept.count == count)
  }

  @Test func greedyRunsAndThoseThatNobodyAskedHaveNone() throws {
    let model = HashModel(vocabularySize: 11)
    func places(_ sampling: SamplingSettings, _ recording: RunRecording) throws -> JudgedPlaces {
      try SpeculativeDecoder(target: model, drafter: model, draftLength: 2, seed: 7, endTokens: []).run(
        [DecodingRequest(prompt: [1], maximumNewTokens: 9, sampling: sampling, sequence: 0)],
        recording: recording
      ).places
    }
    let drawn = try SamplingSettings(temperature: 1)
    #expect(try places(drawn, RunRecording(places: 9)).count > 0)
    #expect(try places(drawn, RunRecording()).count == 0)
    #expect(try places(.greedy, RunRecording(places: 9)).count == 0)
  }

  /// Of more places than there is room for every n-th is kept, from the first to the last.
  @Test(arguments: [1, 4, 5]) func placesAreSpreadEvenly(_ limit: Int) {
    for count in [0, 1, limit, limit + 1, 3 * limit, 47] {
      var places = JudgedPlaces(limit: limit)
      var asked = 0
      for position in 0..<count {
        places.take {
          asked += 1
          return JudgedPlace(prompt: 0, position: position, target: [], draft: [])
        }
      }
      var stride = 1
      while stride * limit < count { stride *= 2 }
      #expect(places.count == count)
      #expect(places.kept.map(\.position) == Array(Swift.stride(from: 0, to: count, by: stride)))
      #expect(asked <= 6 * limit, "distributions are copied for those alone that are kept for a while")
    }
  }

  private static func warped(_ logits: [Float], _ sampling: SamplingSettings) -> [Float] {
    var warper = Warper(vocabularySize: logits.count)
    var rows = ProbabilityRows(rowCount: 1, vocabularySize: logits.count)
    warper.warp(logits, sampling, into: &rows, row: 0)
    return rows.values
  }
}
