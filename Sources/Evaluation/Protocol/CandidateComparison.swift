internal import FileSystem
internal import Randomness

/// Sets rules for several candidates beside their bounds, on the distributions that a run met: at positions of the texts
/// that were written, p is the target's and q the drafter's distribution after the same warpers and the same text.
///
/// Nothing is sampled where a rule's acceptance is known in closed form; only candidates without replacement are drawn,
/// once a position, and judged by their probabilities.
struct CandidateComparison {
  private let count: Int
  private let sampling: SamplingSettings
  private let seed: UInt64

  /// Positions that are looked at, spread evenly: rows of the whole vocabulary are sorted and integrated at each, and
  /// fewer of them where they are long.
  private static func mostPositions(vocabularySize: Int) -> Int {
    max(32, min(512, (1 << 22) / max(vocabularySize, 1)))
  }
  private static let allowed = 1...16

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

  /// Compares on what a run wrote; both models' caches are overwritten.
  func report(
    target: some SequenceModel, drafter: (any SequenceModel)?, requests: [DecodingRequest],
    completions: [Completion]
  ) throws -> CandidateReport {
    guard let drafter else {
      throw InputError(
        .usage, key: "candidates", found: "a drafter that reads the target's states",
        expected: "a drafter that is a language model of its own")
    }
    let total = completions.reduce(0) { $0 + $1.tokens.count }
    let most = Self.mostPositions(vocabularySize: target.vocabularySize)
    let stride = max(1, (total + most - 1) / most)
    var sums = Sums()
    var next = 0
    for (request, completion) in zip(requests, completions) {
      let tokens = request.prompt + completion.tokens
      // The row at position i says what follows it.
      let wanted = (0..<completion.tokens.count).filter { (next + $0) % stride == 0 }
        .map { request.prompt.count - 1 + $0 }
      next += completion.tokens.count
      let p = try distributions(target, tokens, at: wanted)
      let q = try distributions(drafter, tokens, at: wanted)
      for (index, position) in wanted.enumerated() {
        var stream = RandomStream(
          seed: seed, purpose: .drafting, sequence: request.sequence, step: position)
        add(p[index], q[index], &stream, to: &sums)
      }
    }
    return entries(sums)
  }

  private func add(_ p: [Double], _ q: [Double], _ decisions: inout RandomStream, to sums: inout Sums) {
    sums.positions += 1
    let with = RecursiveRejection(.withReplacement)
    sums.recursiveWith += with.acceptanceProbability(target: p, draft: q, count: count)
    sums.sequential += KSequentialRule().acceptanceProbability(target: p, draft: q, count: count)
    sums.boundWith += OptimalAcceptance.withReplacement(target: p, draft: q, count: count)
    let without = RecursiveRejection(.withoutReplacement)
    let drawn = without.candidates(draft: q, count: count, decisions: &decisions)
    sums.recursiveWithout +=
      without.judgement(candidates: drawn, target: p, draft: q).acceptanceProbability
    sums.boundWithout += OptimalAcceptance.withoutReplacement(target: p, draft: q, count: count)
    sums.likeliest += DeterministicCandidates().acceptanceProbability(target: p, draft: q, count: count)
    sums.scheme += GreedySchemeRule().acceptanceProbability(target: p, draft: q, count: count)
  }

  private func entries(_ sums: Sums) -> CandidateReport {
    let n = Double(max(sums.positions, 1))
    func entry(_ rule: String, _ sum: Double, _ bound: Double?) -> CandidateReport.Entry {
      CandidateReport.Entry(rule: rule, acceptance: sum / n, bound: bound.map { $0 / n })
    }
    return CandidateReport(
      candidates: count, positions: sums.positions,
      rules: [
        entry("recursive rejection, with replacement", sums.recursiveWith, sums.boundWith),
        entry("K-SEQ", sums.sequential, sums.boundWith),
        entry("recursive rejection, without replacement", sums.recursiveWithout, sums.boundWithout),
        entry("likeliest tokens", sums.likeliest, nil),
        entry("likeliest tokens but one, and a draw", sums.scheme, nil),
      ])
  }

  /// What a model says after some positions of a text, as the run's warpers leave it.
  private func distributions(
    _ model: some SequenceModel, _ tokens: [Int32], at positions: [Int]
  ) throws -> [[Double]] {
    var chooser = TokenChooser(vocabularySize: model.vocabularySize)
    var row = ProbabilityRows(rowCount: 1, vocabularySize: model.vocabularySize)
    var batch = RowBatch()
    var found: [[Double]] = []
    let wanted = Set(positions)
    let end = (positions.last ?? -1) + 1
    for start in stride(from: 0, to: end, by: model.rowLimit) {
      batch.removeAll()
      var outputCount = 0
      for position in start..<min(start + model.rowLimit, end) {
        if wanted.contains(position) {
          outputCount = batch.appendOutput(token: tokens[position], line: 0, position: position) + 1
        } else {
          batch.append(token: tokens[position], line: 0, position: position)
        }
      }
      try batch.forward(model)
      for output in 0..<outputCount {
        chooser.warp(model, output: output, sampling, into: &row, at: 0)
        found.append(row.values.map(Double.init).normalized())
      }
    }
    return found
  }
}
