internal import FileSystem
internal import Randomness

/// Sets rules for several candidates beside their bounds, on the distributions that a run met: at places of the texts for
/// which something was drafted, up to the first rejection of each cycle, p is the target's and q the drafter's distribution
/// after the same warpers. q is what the drafter drafted from there: with its own states behind the first token of a draft,
/// and of Medusa that of the level's head, whichever tokens stand between.
///
/// The places are the run's; had its drafts been judged by another rule, some cycles would have gone on further.
/// Nothing is sampled where a rule's acceptance is known in closed form; only candidates without replacement are drawn,
/// some times a position, and judged by their probabilities.
struct CandidateComparison {
  private let count: Int
  private let sampling: SamplingSettings
  private let seed: UInt64

  /// Places that are looked at, at most: rows of the whole vocabulary are kept, sorted and integrated at each, and fewer
  /// of them where they are long.
  static func mostPlaces(vocabularySize: Int) -> Int { max(32, min(512, (1 << 22) / max(vocabularySize, 1))) }
  private static let allowed = 1...16
  /// Draws of candidates without replacement at a place: one would leave more noise than rules and bound are apart.
  private static let drawCount = 8

  /// - Throws: `InputError` (usage) for greedy runs, whose distributions have one token, and for counts out of range.
  init(count: Int, sampling: SamplingSettings, seed: UInt64) throws(InputError) {
    guard Self.allowed.contains(count) else {
      throw InputError(.usage, key: "candidates", found: "\(count)", expected: "1 to 16 candidates")
    }
    guard !sampling.isGreedy else {
      throw InputError(
        .usage, key: "candidates",
        found: "greedy decoding, where every rule accepts the likeliest token or none",
        expected: "a temperature above 0", remedy: "Add --temperature 1")
    }
    (self.count, self.sampling, self.seed) = (count, sampling, seed)
  }

  private struct Sums {
    var positions = 0
    var recursiveWith = 0.0
    var sequential = 0.0
    var boundWith = 0.0
    var recursiveWithout = 0.0
    var boundWithout = 0.0
    var likeliest = 0.0
    var scheme = 0.0
  }

  /// Compares on what a run kept of the places that it judged.
  func report(_ places: JudgedPlaces, of requests: [DecodingRequest]) -> CandidateReport {
    var sums = Sums()
    for place in places.kept {
      var stream = RandomStream(
        seed: seed, purpose: .drafting, sequence: requests[place.prompt].sequence, step: place.position)
      add(
        place.target.map(Double.init).normalized(), place.draft.map(Double.init).normalized(), &stream,
        to: &sums)
    }
    return CandidateReport(
      candidates: count, positions: sums.positions, judged: places.count,
      rules: sums.positions == 0 ? [] : entries(sums))
  }

  private func add(_ p: [Double], _ q: [Double], _ decisions: inout RandomStream, to sums: inout Sums) {
    sums.positions += 1
    let with = RecursiveRejection(.withReplacement)
    sums.recursiveWith += with.acceptanceProbability(target: p, draft: q, count: count)
    sums.sequential += KSequentialRule().acceptanceProbability(target: p, draft: q, count: count)
    sums.boundWith += OptimalAcceptance.withReplacement(target: p, draft: q, count: count)
    let without = RecursiveRejection(.withoutReplacement)
    for _ in 0..<Self.drawCount {
      let drawn = without.candidates(draft: q, count: count, decisions: &decisions)
      sums.recursiveWithout +=
        without.judgement(candidates: drawn, target: p, draft: q).acceptanceProbability
        / Double(Self.drawCount)
    }
    sums.boundWithout += OptimalAcceptance.withoutReplacement(target: p, draft: q, count: count)
    sums.likeliest += DeterministicCandidates().acceptanceProbability(target: p, draft: q, count: count)
    sums.scheme += GreedySchemeRule().acceptanceProbability(target: p, draft: q, count: count)
  }

  private func entries(_ sums: Sums) -> [CandidateReport.Entry] {
    let n = Double(sums.positions)
    func entry(_ rule: String, _ sum: Double, _ bound: Double?) -> CandidateReport.Entry {
      CandidateReport.Entry(rule: rule, acceptance: sum / n, bound: bound.map { $0 / n })
    }
    return [
      entry("recursive rejection, with replacement", sums.recursiveWith, sums.boundWith),
      entry("K-SEQ", sums.sequential, sums.boundWith),
      entry("recursive rejection, without replacement", sums.recursiveWithout, sums.boundWithout),
      entry("likeliest tokens", sums.likeliest, nil),
      entry("likeliest tokens but one, and a draw", sums.scheme, nil),
    ]
  }
}
