package import Autodiff
package import Models

/// Where the numbers of `UnrolledRows` stand in a graph.
package struct UnrolledInputs: Sendable {
  /// One pass; see `UnrolledRows.Pass`.
  package struct Pass: Sendable {
    package let tokens: Tensor
    package let positions: Tensor
    package let labels: Tensor
    package let teacherRows: Tensor
    package let mask: AttentionMask<Tensor>
    /// [1], what the summed loss of the pass is multiplied by.
    package let scale: Tensor
    /// [1], the same of the distance between states.
    package let stateScale: Tensor
  }

  /// A draft vocabulary.
  package struct Vocabulary: Sendable {
    /// The target's id of each row of the drafter's head, int [rows].
    package let targetIDs: Tensor
    /// The row of each token of the target, -1 where it has none, int [target's vocabulary].
    package let places: Tensor
    private let rowIDs: [Int32]
    private let rowOfToken: [Int32]

    init(_ vocabulary: DraftVocabulary, in g: inout Graph) {
      rowIDs = vocabulary.targetIDs
      var rows = [Int32](repeating: -1, count: vocabulary.targetSize)
      for (row, id) in rowIDs.enumerated() { rows[Int(id)] = Int32(row) }
      rowOfToken = rows
      targetIDs = g.input([vocabulary.count], .int32)
      places = g.input([vocabulary.targetSize], .int32)
    }

    func write(to executor: Executor) {
      executor.write(rowIDs, to: targetIDs)
      executor.write(rowOfToken, to: places)
    }
  }

  /// Noise on the target's states.
  package struct Noise: Sendable {
    /// Its width at every row, [n].
    package let rows: Tensor
    /// Step and micro-batch, int [2].
    package let step: Tensor
  }

  /// Nil where there is none.
  package let noise: Noise?
  /// Number of sequences.
  package let batch: Int
  /// Rows per sequence.
  package let length: Int
  package let passes: [Pass]
  /// int [n]; see `UnrolledRows`.
  package let previousRows: Tensor
  /// int [n], nil unless masks are multiplied; see `UnrolledRows`.
  package let zeroKeys: Tensor?
  /// Nil for drafters that propose from all of the target's tokens.
  package let vocabulary: Vocabulary?

  /// Records the inputs in `g`.
  package init(
    batch: Int, length: Int, passCount: Int, draftVocabulary: DraftVocabulary? = nil, hasNoise: Bool = false,
    multipliesMasks: Bool = false, in g: inout Graph
  ) {
    (self.batch, self.length) = (batch, length)
    vocabulary = draftVocabulary.map { Vocabulary($0, in: &g) }
    let rows: Shape = [batch * length]
    noise = hasNoise ? Noise(rows: g.input(rows), step: g.input([2], .int32)) : nil
    let zeroKeys = multipliesMasks ? g.input(rows, .int32) : nil
    self.zeroKeys = zeroKeys
    passes = (0..<passCount).map { pass in
      let firstKey = g.input(rows, .int32)
      // In pass s a row sees s keys beside its range.
      let mask: AttentionMask<Tensor> =
        pass == 0
        ? .causal(firstKey: firstKey)
        : .rangesAndExtraKeys(
          firstKey: firstKey, endKey: g.input(rows, .int32),
          extraKeys: g.input([batch * length, pass], .int32))
      return Pass(
        tokens: g.input(rows, .int32), positions: g.input(rows, .int32), labels: g.input(rows, .int32),
        teacherRows: g.input(rows, .int32),
        mask: zeroKeys.map { .withZeroKeys(mask, counts: $0) } ?? mask, scale: g.input([1]),
        stateScale: g.input([1]))
    }
    previousRows = g.input(rows, .int32)
  }

  /// Writes a micro-batch.
  ///
  /// - Parameters:
  ///   - scales: for each pass what its loss is multiplied by.
  ///   - stateScales: for each pass what the distance between states is multiplied by.
  package func write(_ rows: UnrolledRows, scales: [Float], stateScales: [Float], to executor: Executor) {
    precondition(rows.passes.count == passes.count, "\(rows.passes.count) passes for \(passes.count)")
    for (index, (pass, inputs)) in zip(rows.passes, passes).enumerated() {
      executor.write(pass.tokens, to: inputs.tokens)
      executor.write(pass.positions, to: inputs.positions)
      executor.write(pass.labels, to: inputs.labels)
      executor.write(pass.teacherRows, to: inputs.teacherRows)
      executor.write([scales[index]], to: inputs.scale)
      executor.write([stateScales[index]], to: inputs.stateScale)
      write(pass.keys, extraCount: index, to: inputs.mask, executor)
    }
    executor.write(rows.previousRows, to: previousRows)
    precondition((rows.zeroKeys == nil) == (zeroKeys == nil), "keys of zeros, and a graph for others")
    if let zeroKeys, let counts = rows.zeroKeys { executor.write(counts, to: zeroKeys) }
    vocabulary?.write(to: executor)
  }

  /// Writes the noise of a micro-batch.
  package func writeNoise(_ amplitudes: [Float], step: Int, microBatch: Int, to executor: Executor) {
    guard let noise else { preconditionFailure("a graph without noise") }
    executor.write(amplitudes, to: noise.rows)
    executor.write([Int32(step), Int32(microBatch)], to: noise.step)
  }

  private func write(
    _ keys: VisibleKeys, extraCount: Int, to mask: AttentionMask<Tensor>, _ executor: Executor
  ) {
    switch mask {
    case .causal(let firstKey): executor.write(keys.firstKey, to: firstKey)
    case .ranges: preconditionFailure("an unrolled pass sees single keys")
    case .rangesAndExtraKeys(let firstKey, let endKey, let extraKeys):
      executor.write(keys.firstKey, to: firstKey)
      executor.write(keys.endKey, to: endKey)
      executor.write(keys.extraKeys(filledTo: extraCount), to: extraKeys)
    // The counts are the same in all passes, and written once.
    case .withZeroKeys(let mask, _): write(keys, extraCount: extraCount, to: mask, executor)
    }
  }
}
