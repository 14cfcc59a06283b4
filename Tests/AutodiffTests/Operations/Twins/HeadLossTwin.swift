import Autodiff

/// The losses of one row from logits, written as their formulas stand, in double precision.
///
/// Probabilities come in as logarithms; 0 log 0 counts as 0.
struct HeadLossTwin {
  let mix: LossMix

  /// A row's statistics in the order of `LossStatistic`, without the row count.
  struct Row {
    var loss = 0.0
    var crossEntropy = 0.0
    var top1 = 0.0
    var overlap = 0.0
    var divergence = 0.0

    var values: [Double] { [loss, crossEntropy, top1, overlap, divergence] }
  }

  /// Without a teacher.
  func row(logits: [Double], label: Int) -> Row {
    let logQ = Scalar.logSoftmax(logits)
    var row = Row()
    row.crossEntropy = -logQ[label]
    row.loss = row.crossEntropy * Double(mix.crossEntropy)
    row.top1 = Scalar.argmax(logits) == label ? 1 : 0
    row.overlap = Scalar.exp(logQ[label])
    return row
  }

  /// With the whole teacher. `held` are the student's logits at the point of differentiation.
  func row(logits: [Double], held: [Double], teacher: [Double], label: Int) -> Row {
    let temperature = Double(mix.studentTemperature)
    let logP = Scalar.logSoftmax(teacher, temperature: Double(mix.teacherTemperature))
    var row = divergences(
      logP: logP, ids: Array(logP.indices), logQ: Scalar.logSoftmax(logits, temperature: temperature),
      heldLogQ: Scalar.logSoftmax(held, temperature: temperature))
    row.top1 = Scalar.argmax(logits) == Scalar.argmax(teacher) ? 1 : 0
    addCrossEntropy(&row, logits, label)
    return row
  }

  /// With stored ids and log-probabilities.
  func row(
    logits: [Double], held: [Double], ids: [Int32], logProbabilities: [Double], tail: TailPolicy, label: Int
  ) -> Row {
    let stored = zip(ids, logProbabilities).prefix { $0.0 >= 0 }
    var logP = stored.map(\.1)
    let kept = stored.map { Int($0.0) }
    // Without a teacher a row keeps its cross entropy alone.
    guard !logP.isEmpty else {
      var row = Row()
      addCrossEntropy(&row, logits, label)
      return row
    }
    switch tail {
    case .bucket: logP.append(Scalar.log(1 - logP.reduce(0) { $0 + Scalar.exp($1) }))
    case .renormalize:
      let total = Scalar.logSumExp(logP)
      logP = logP.map { $0 - total } + [-.infinity]
    }
    var row = divergences(
      logP: logP, ids: kept, logQ: outcomes(logits, kept), heldLogQ: outcomes(held, kept))
    row.top1 = kept[Scalar.argmax(stored.map(\.1))] == Scalar.argmax(logits) ? 1 : 0
    addCrossEntropy(&row, logits, label)
    return row
  }

  /// The stored tokens, and all others as one. Renormalising gives that one no mass under the teacher.
  private func outcomes(_ logits: [Double], _ kept: [Int]) -> [Double] {
    let logQ = Scalar.logSoftmax(logits)
    // Summed over the others, not taken from 1: exact when little is left.
    return kept.map { logQ[$0] } + [
      Scalar.logSumExp(logQ.indices.filter { !kept.contains($0) }.map { logQ[$0] })
    ]
  }

  private func addCrossEntropy(_ row: inout Row, _ logits: [Double], _ label: Int) {
    row.crossEntropy = -Scalar.logSoftmax(logits)[label]
    row.loss += Double(mix.crossEntropy) * row.crossEntropy
  }

  /// -sum p log q over the likeliest outcomes, of which those without an id are no token.
  private func topKCrossEntropy(logP: [Double], ids: [Int], logQ: [Double]) -> Double {
    let order = ids.indices.sorted { (-logP[$0], ids[$0]) < (-logP[$1], ids[$1]) }
    return order.prefix(mix.topKCount).reduce(0) { sum, x in
      logP[x] > -.infinity ? sum - Scalar.exp(logP[x]) * logQ[x] : sum
    }
  }

  /// ids: those of the first outcomes, which are tokens.
  private func divergences(logP: [Double], ids: [Int], logQ: [Double], heldLogQ: [Double]) -> Row {
    let p = logP.map(Scalar.exp)
    let q = logQ.map(Scalar.exp)
    let b = Double(mix.jensenShannonBeta)
    var (forward, reverse, jensenShannon, variation) = (0.0, 0.0, 0.0, 0.0)
    for x in p.indices {
      let m = b * p[x] + (1 - b) * q[x]
      if p[x] > 0 {
        forward += p[x] * (logP[x] - logQ[x])
        jensenShannon += b * p[x] * (logP[x] - Scalar.log(m))
      }
      // Where the teacher has no mass at all the reverse KL is infinite; it runs over the others.
      if q[x] > 0, p[x] > 0 { reverse += q[x] * (logQ[x] - logP[x]) }
      if q[x] > 0 {
        jensenShannon += (1 - b) * q[x] * (logQ[x] - Scalar.log(m))
      }
      variation += abs(p[x] - q[x]) / 2
    }
    let overlap = zip(p, q).reduce(0) { $0 + min($1.0, $1.1) }
    let heldOverlap = zip(p, heldLogQ).reduce(0) { $0 + min($1.0, Scalar.exp($1.1)) }
    let lambda = Scalar.exp(-Double(mix.lkEta) * heldOverlap)
    var row = Row()
    row.overlap = overlap
    row.divergence = forward
    row.loss = Self.weighted([
      (mix.forwardKL, forward), (mix.reverseKL, reverse), (mix.jensenShannon, jensenShannon),
      (mix.totalVariation, variation), (mix.lkAlpha, -Scalar.log(overlap)),
      (mix.lkHybrid, lambda * forward + (1 - lambda) * (1 - overlap)),
      (mix.topKCrossEntropy, topKCrossEntropy(logP: logP, ids: ids, logQ: logQ)),
    ])
    return row
  }

  /// A term that is not asked for does not count, even where it is infinite.
  private static func weighted(_ terms: [(weight: Float, value: Double)]) -> Double {
    terms.reduce(0) { $1.weight == 0 ? $0 : $0 + Double($1.weight) * $1.value }
  }
}
