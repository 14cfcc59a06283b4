internal import CKernels

extension CPUBackend: LossBackend {
  package var rowStatisticCount: Int { Int(PK_STAT_COUNT) }

  package func crossEntropyRows(
    _ z: Slot, labels: Slot, statistics: Slot, rows: Int, vocabulary: Int, scale: Float, gradient: Bool
  ) {
    checkRows(z, labels, statistics, rows, vocabulary)
    unsafe pk_cross_entropy_rows(
      pool, rows, vocabulary, floats(z), integers(labels), scale, gradient ? 1 : 0, floats(statistics))
  }

  package func divergenceRows(
    _ z: Slot, teacher: Slot, labels: Slot, statistics: Slot, rows: Int, vocabulary: Int, mix: LossMix,
    scale: Float, gradient: Bool
  ) {
    checkRows(z, labels, statistics, rows, vocabulary)
    expect(teacher, z.count, "divergenceRows teacher")
    var weights = mix.kernelMix
    unsafe pk_divergence_rows(
      pool, rows, vocabulary, floats(z), floats(teacher), integers(labels), &weights, scale, gradient ? 1 : 0,
      floats(statistics))
  }

  package func divergenceTopKRows(
    _ z: Slot, teacherIDs: Slot, logProbabilities: Slot, tail: TailPolicy, labels: Slot, statistics: Slot,
    scratch: Slot, rows: Int, vocabulary: Int, k: Int, mix: LossMix, scale: Float, gradient: Bool
  ) {
    checkRows(z, labels, statistics, rows, vocabulary)
    expect(scratch, z.count, "divergenceTopKRows scratch")
    checkIDs(teacherIDs, rows * k, vocabulary)
    var weights = mix.kernelMix
    unsafe pk_divergence_top_k_rows(
      pool, rows, vocabulary, k, floats(z), integers(teacherIDs), floats(logProbabilities),
      tail == .bucket ? 1 : 0, integers(labels), &weights, scale, gradient ? 1 : 0, floats(statistics),
      floats(scratch))
  }

  package func smoothL1Rows(
    _ x: Slot, target: Slot, labels: Slot, losses: Slot, dx: GradientSlot?, rows: Int, columns: Int,
    scale: Float
  ) {
    expect(x, rows * columns, "smoothL1Rows")
    expect(target, rows * columns, "smoothL1Rows")
    expect(labels, rows, "smoothL1Rows")
    expect(losses, rows, "smoothL1Rows")
    unsafe pk_smooth_l1_rows(
      pool, rows, columns, floats(x), floats(target), integers(labels), scale, dx?.mode.beta ?? 0,
      floats(dx), floats(losses))
  }

  package func weightedCrossEntropyRows(
    _ x: Slot, weights: Slot, losses: Slot, dx: GradientSlot?, rows: Int, columns: Int, scale: Float
  ) {
    expect(x, rows * columns, "weightedCrossEntropyRows")
    expect(weights, rows * columns, "weightedCrossEntropyRows")
    expect(losses, rows, "weightedCrossEntropyRows")
    unsafe pk_weighted_cross_entropy_rows(
      pool, rows, columns, floats(x), floats(weights), scale, dx?.mode.beta ?? 0, floats(dx), floats(losses))
  }

  package func sum(_ x: Slot) -> Double {
    let values = unsafe floats(x)
    var sum = 0.0
    for i in 0..<x.count { sum += Double(unsafe values[i]) }
    return sum
  }

  package func addStatistics(_ statistics: Slot, rows: Int, to total: Slot) {
    let perRow = rowStatisticCount
    expect(total, LossStatistic.allCases.count, "addStatistics total")
    precondition(statistics.count >= rows * perRow, "addStatistics: \(rows) rows do not fit")
    let source = unsafe floats(statistics)
    let target = unsafe floats(total)
    for index in 0..<perRow {
      var sum = 0.0
      for row in 0..<rows { sum += Double(unsafe source[row * perRow + index]) }
      unsafe target[index] = Float(Double(target[index]) + sum)
    }
    unsafe target[LossStatistic.rows.rawValue] += Float(rows)
  }

  package func argmaxRows(_ z: Slot, into indices: Slot, rows: Int, vocabulary: Int) {
    expect(z, rows * vocabulary, "argmaxRows")
    expect(indices, rows, "argmaxRows")
    unsafe pk_argmax_rows(pool, rows, vocabulary, floats(z), integers(indices))
  }

  package func logSoftmaxRows(_ z: Slot, rows: Int, vocabulary: Int, temperature: Float) {
    expect(z, rows * vocabulary, "logSoftmaxRows")
    unsafe pk_log_softmax_rows(pool, rows, vocabulary, temperature, floats(z))
  }

  private func checkRows(_ z: Slot, _ labels: Slot, _ statistics: Slot, _ rows: Int, _ vocabulary: Int) {
    expect(z, rows * vocabulary, "loss logits")
    expect(statistics, rows * rowStatisticCount, "loss statistics")
    checkIDs(labels, rows, vocabulary)
    let label = unsafe integers(labels)
    for row in 0..<rows { precondition(unsafe label[row] >= 0, "loss: row \(row) has no label") }
  }

  private func checkIDs(_ ids: Slot, _ count: Int, _ vocabulary: Int) {
    precondition(ids.count >= count, "loss: \(count) ids do not fit into \(ids.count)")
    let id = unsafe integers(ids)
    for i in 0..<count {
      precondition(unsafe Int(id[i]) < vocabulary, "loss: an id lies outside a vocabulary of \(vocabulary)")
    }
  }
}

extension LossMix {
  /// The same numbers as the kernels want them.
  var kernelMix: pk_loss_mix {
    precondition(
      Self.topKCounts.contains(topKCount) && Self.topKCounts.upperBound <= Int(PK_MOST_TOP_K),
      "a loss over the \(topKCount) likeliest tokens, \(Self.topKCounts) are possible")
    return pk_loss_mix(
      ce: crossEntropy, forward_kl: forwardKL, reverse_kl: reverseKL, jensen_shannon: jensenShannon,
      total_variation: totalVariation, lk_alpha: lkAlpha, lk_hybrid: lkHybrid,
      top_k_ce: topKCrossEntropy, jensen_shannon_beta: jensenShannonBeta, lk_eta: lkEta,
      top_k_count: topKCount, student_temperature: studentTemperature,
      teacher_temperature: teacherTemperature)
  }
}
