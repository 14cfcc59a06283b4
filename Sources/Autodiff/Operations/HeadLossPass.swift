/// How a head loss divides its scratch memory. Counts are elements.
struct HeadLossLayout {
  let rows: Int
  let width: Int
  let vocabulary: Int
  /// Rows whose logits exist at the same time.
  let chunk: Int
  let teacherWidth: Int
  let teacherK: Int

  /// Logits of one chunk: large enough for an efficient product, small enough to stay near the caches.
  static let chunkElements = 1 << 24
  static let chunkRows = 128...4096

  init(rows: Int, width: Int, vocabulary: Int, teacher: HeadTeacher) {
    self.rows = rows
    self.width = width
    self.vocabulary = vocabulary
    let wanted = Self.chunkElements / max(vocabulary, 1)
    chunk = min(rows, min(max(wanted, Self.chunkRows.lowerBound), Self.chunkRows.upperBound))
    switch teacher {
    case .none: (teacherWidth, teacherK) = (0, 0)
    case .hidden(let width): (teacherWidth, teacherK) = (width, 0)
    case .topK(let k, _): (teacherWidth, teacherK) = (0, k)
    }
  }

  private var sizes: [Int] {
    let hasTeacher = teacherWidth > 0 || teacherK > 0
    return [
      rows, chunk * width, chunk, chunk * vocabulary, chunk * Self.statisticCount, chunk * width,
      chunk * teacherWidth, hasTeacher ? chunk * vocabulary : 0, chunk * teacherK, chunk * teacherK,
    ]
  }

  /// Per-row statistics: all but the row count.
  static let statisticCount = LossStatistic.allCases.count - 1

  /// All scratch together.
  var count: Int { sizes.reduce(0) { $0 + alignedCount($1) } }

  /// The parts of `scratch`, in the order of `sizes`.
  func parts(of scratch: Slot) -> [Slot] {
    var offset = 0
    return sizes.map { size in
      defer { offset += alignedCount(size) }
      return scratch.part(offset, size)
    }
  }
}

/// One forward or forward-and-backward pass of a head loss.
struct HeadLossPass {
  let mix: LossMix
  let teacher: HeadTeacher
  let layout: HeadLossLayout
  let inputs: [Slot]
  let types: [TensorType]
  let dx: GradientSlot?
  let dw: GradientSlot?
  let backend: any Backend
  private let indices: Slot
  private let hidden: Slot
  private let labels: Slot
  private let logits: Slot
  private let statistics: Slot
  private let hiddenGradient: Slot
  private let teacherHidden: Slot
  private let teacherLogits: Slot
  private let teacherIDs: Slot
  private let teacherLogProbabilities: Slot

  init(
    mix: LossMix, teacher: HeadTeacher, layout: HeadLossLayout, inputs: [Slot], types: [TensorType],
    scratch: Slot, dx: GradientSlot?, dw: GradientSlot?, backend: any Backend
  ) {
    (self.mix, self.teacher, self.layout, self.inputs, self.types) = (mix, teacher, layout, inputs, types)
    (self.dx, self.dw, self.backend) = (dx, dw, backend)
    let parts = layout.parts(of: scratch)
    (indices, hidden, labels, logits, statistics) = (parts[0], parts[1], parts[2], parts[3], parts[4])
    (hiddenGradient, teacherHidden, teacherLogits) = (parts[5], parts[6], parts[7])
    (teacherIDs, teacherLogProbabilities) = (parts[8], parts[9])
  }

  /// Writes the summed statistics, and the gradients where they are wanted.
  func run(into output: Slot) {
    backend.fill(output, 0)
    let count = backend.compactRows(labels: inputs[2], into: indices, rows: layout.rows)
    if let dx, dx.mode == .overwrite { backend.fill(dx.slot, 0) }
    if let dw, dw.mode == .overwrite, count == 0 { backend.fill(dw.slot, 0) }
    let scale = backend.scalar(inputs[3])
    for start in stride(from: 0, to: count, by: max(layout.chunk, 1)) {
      chunk(start, min(layout.chunk, count - start), isFirst: start == 0, scale, output)
    }
  }

  private func chunk(_ start: Int, _ rows: Int, isFirst: Bool, _ scale: Float, _ output: Slot) {
    let (width, vocabulary) = (layout.width, layout.vocabulary)
    let picked = indices.part(start, rows)
    let x = hidden.part(0, rows * width)
    let z = logits.part(0, rows * vocabulary)
    backend.gatherRows(inputs[0], ids: picked, into: x, rows: rows, columns: width)
    backend.gatherIntegers(inputs[2], indices: picked, into: labels, rows: rows)
    let head = StoredMatrix(inputs[1], types[1])
    backend.gemm(x, head, transposed: true, into: z, m: rows, alpha: 1, .overwrite)
    loss(z, picked, rows, scale)
    backend.addStatistics(
      statistics.part(0, rows * HeadLossLayout.statisticCount), rows: rows, to: output)
    if let dw {
      backend.gemm(
        z, transposed: true, x, transposed: false, into: dw.slot, m: vocabulary, n: width, k: rows, alpha: 1,
        isFirst ? dw.mode : .accumulate)
    }
    if let dx {
      let gradient = hiddenGradient.part(0, rows * width)
      backend.gemm(z, head, transposed: false, into: gradient, m: rows, alpha: 1, .overwrite)
      backend.scatterAddRows(gradient, ids: picked, into: dx.slot, rows: rows, columns: width)
    }
  }

  private func loss(_ z: Slot, _ picked: Slot, _ rows: Int, _ scale: Float) {
    let wantsGradient = dx != nil || dw != nil
    let vocabulary = layout.vocabulary
    let labels = labels.part(0, rows)
    let statistics = statistics.part(0, rows * HeadLossLayout.statisticCount)
    switch teacher {
    case .none:
      backend.crossEntropyRows(
        z, labels: labels, statistics: statistics, rows: rows, vocabulary: vocabulary,
        scale: scale * mix.crossEntropy, gradient: wantsGradient)
    case .hidden(let width):
      let x = teacherHidden.part(0, rows * width)
      let t = teacherLogits.part(0, rows * vocabulary)
      backend.gatherRows(inputs[4], ids: picked, into: x, rows: rows, columns: width)
      backend.gemm(
        x, StoredMatrix(inputs[5], types[5]), transposed: true, into: t, m: rows, alpha: 1, .overwrite)
      backend.divergenceRows(
        z, teacher: t, labels: labels, statistics: statistics, rows: rows, vocabulary: vocabulary, mix: mix,
        scale: scale, gradient: wantsGradient)
    case .topK(let k, let tail):
      let ids = teacherIDs.part(0, rows * k)
      let logProbabilities = teacherLogProbabilities.part(0, rows * k)
      // Rows of four-byte elements: integers are gathered by the same kernel, bit for bit.
      backend.gatherRows(inputs[4], ids: picked, into: ids, rows: rows, columns: k)
      backend.gatherRows(inputs[5], ids: picked, into: logProbabilities, rows: rows, columns: k)
      backend.divergenceTopKRows(
        z, teacherIDs: ids, logProbabilities: logProbabilities, tail: tail, labels: labels,
        statistics: statistics, scratch: teacherLogits.part(0, rows * vocabulary), rows: rows,
        vocabulary: vocabulary, k: k, mix: mix, scale: scale, gradient: wantsGradient)
    }
  }
}
