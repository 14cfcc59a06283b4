internal import DraftData
internal import Foundation
internal import Models

/// How often each token is to be predicted, and how much probability the target gives it: what a draft vocabulary is
/// chosen by and judged by.
package struct VocabularyCalibration {
  /// [vocabulary]: occurrences among the tokens in the loss.
  private(set) var counts: [Int]
  /// Tokens in the loss.
  private(set) var tokenCount = 0
  /// [vocabulary]: the target's probability of each token, summed over the positions where it is known.
  private var mass: [Double]
  /// Positions where it is.
  private var massPositions = 0
  /// Whether only the target's likeliest tokens are known there, so that shares are lower bounds.
  private var isMassPartial = false

  /// Nothing counted yet.
  init(vocabularySize: Int) {
    counts = [Int](repeating: 0, count: vocabularySize)
    mass = [Double](repeating: 0, count: vocabularySize)
  }

  /// Counts the tokens that are in the loss, with what a corpus recorded of its target. Ids beyond the vocabulary trap.
  mutating func add(_ store: TokenStore) {
    for (place, token) in store.tokens.enumerated() where store.inLoss[place] {
      counts[Int(token)] += 1
      tokenCount += 1
      guard let teacher = store.teacher else { continue }
      let row = place * teacher.entryCount..<(place + 1) * teacher.entryCount
      guard teacher.indices[row].contains(where: { $0 >= 0 }) else { continue }
      for entry in row where teacher.indices[entry] >= 0 {
        mass[Int(teacher.indices[entry])] += exp(Double(teacher.logProbabilities[entry]))
      }
      massPositions += 1
      isMassPartial = true
    }
  }

  /// Adds the target's whole distribution at one position. probabilities: [vocabulary], summing to 1.
  mutating func add(probabilities: [Double]) {
    for (token, probability) in probabilities.enumerated() { mass[token] += probability }
    massPositions += 1
  }

  /// The `size` tokens that occur most, and the `kept` ones.
  func vocabulary(size: Int, keeping kept: [Int32]) -> DraftVocabulary {
    DraftVocabulary(size: size, counts: counts, kept: kept)
  }

  /// What a draft vocabulary keeps of what was counted.
  func coverage(of vocabulary: DraftVocabulary) -> VocabularyCoverage {
    let kept = vocabulary.targetIDs.map(Int.init)
    return VocabularyCoverage(
      size: vocabulary.count,
      tokenShare: tokenCount == 0
        ? 0 : Double(kept.reduce(0) { $0 + counts[$1] }) / Double(tokenCount),
      massShare: massPositions == 0 ? nil : kept.reduce(0) { $0 + mass[$1] } / Double(massPositions),
      isMassLowerBound: isMassPartial)
  }
}

/// How good a draft vocabulary is on its calibration data.
package struct VocabularyCoverage: Sendable, Equatable {
  /// Tokens of the draft vocabulary.
  package let size: Int
  /// Share of the tokens to be predicted that it has.
  package let tokenShare: Double
  /// Share of the target's probability that it has: no drafter with it is accepted more often. Nil where nothing is
  /// known of the target.
  package let massShare: Double?
  /// Whether the share counts only what a corpus recorded, the likeliest tokens of each position.
  package let isMassLowerBound: Bool
}
