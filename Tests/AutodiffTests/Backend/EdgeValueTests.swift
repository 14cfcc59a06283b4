import Autodiff
import TestSupport
import Testing

/// Numbers at the ends of float32, where formulas as written would give NaN.
@Suite struct EdgeValueTests {
  private let backend = CPUBackend(threads: 1)

  private static let huge: Float = 1e30
  /// Rows of five logits with a label each. The last token of the third can never be drawn.
  private static let students: [(logits: [Float], label: Int32)] = [
    ([huge, -huge, 0, 1, 2], 0), ([-huge, -huge, -huge, -huge, -huge], 3), ([1, 2, 3, 4, -.infinity], 1),
    ([0, 0, 0, 0, 0], 4), ([huge, huge, 0, 0, 0], 1), ([88, -88, 0, 1000, -1000], 3),
  ]

  @Test func logSoftmaxOfExtremeLogits() {
    for (logits, _) in Self.students {
      let z = backend.slot(logits)
      backend.logSoftmaxRows(z, rows: 1, vocabulary: 5, temperature: 1)
      let problem = Tolerance(.float32, terms: 8).mismatch(
        backend.read(z), Scalar.logSoftmax(logits.map(Double.init)))
      #expect(problem == nil, "\(logits)")
    }
  }

  @Test func crossEntropyOfExtremeLogits() {
    let statistics = backend.slot([Float](repeating: .nan, count: backend.rowStatisticCount))
    for (logits, label) in Self.students {
      let z = backend.slot(logits)
      backend.crossEntropyRows(
        z, labels: backend.slot([label]), statistics: statistics, rows: 1, vocabulary: 5, scale: 1,
        gradient: true)
      let logQ = Scalar.logSoftmax(logits.map(Double.init))
      let gradient = logQ.indices.map { Scalar.exp(logQ[$0]) - ($0 == Int(label) ? 1 : 0) }
      let problem = Tolerance(.float32, terms: 8).mismatch(backend.read(z), gradient)
      #expect(problem == nil, "\(logits)")
      #expect(backend.read(statistics)[0] == Float(-logQ[Int(label)]) || logQ[Int(label)] > -100, "\(logits)")
    }
  }

  /// A label that cannot be drawn costs infinitely much, and still pulls in the right direction.
  @Test func anImpossibleLabelHasAFiniteGradient() {
    let statistics = backend.slot([Float](repeating: .nan, count: backend.rowStatisticCount))
    let z = backend.slot([1, 1, -.infinity] as [Float])
    backend.crossEntropyRows(
      z, labels: backend.slot([2] as [Int32]), statistics: statistics, rows: 1, vocabulary: 3, scale: 1,
      gradient: true)
    #expect(backend.read(statistics)[0] == .infinity)
    #expect(Tolerance(.float32, terms: 8).mismatch(backend.read(z), [0.5, 0.5, -1]) == nil)
  }

  /// Every divergence between every pair of extreme rows: no NaN anywhere, and gradients that stay finite.
  @Test(arguments: HeadLossRows.terms.map(\.name))
  func divergencesOfExtremeLogitsMakeNoNaN(name: String) throws {
    let mix = try #require(HeadLossRows.terms.first { $0.name == name }).mix
    let statistics = backend.slot([Float](repeating: 0, count: backend.rowStatisticCount))
    for (student, label) in Self.students {
      for (teacher, _) in Self.students {
        let (z, t) = (backend.slot(student), backend.slot(teacher))
        backend.divergenceRows(
          z, teacher: t, labels: backend.slot([label]), statistics: statistics, rows: 1, vocabulary: 5,
          mix: mix,
          scale: 1, gradient: true)
        let place: Comment = "\(name) of \(student) under \(teacher)"
        #expect(backend.read(statistics).allSatisfy { !$0.isNaN }, place)
        // The reverse KL is infinite where the teacher can never draw what the student may.
        #expect(backend.firstNonFinite(z) == nil || backend.read(statistics)[0] == .infinity, place)
      }
    }
  }

  /// Equal distributions: every divergence and its gradient vanish, however extreme the logits are.
  @Test(arguments: HeadLossRows.terms.map(\.name).filter { !$0.hasSuffix("rossEntropy") })
  func divergencesOfEqualRowsVanish(name: String) throws {
    let mix = try #require(HeadLossRows.terms.first { $0.name == name }).mix
    let statistics = backend.slot([Float](repeating: 0, count: backend.rowStatisticCount))
    for (logits, label) in Self.students {
      let (z, t) = (backend.slot(logits), backend.slot(logits))
      backend.divergenceRows(
        z, teacher: t, labels: backend.slot([label]), statistics: statistics, rows: 1, vocabulary: 5,
        mix: mix,
        scale: 1, gradient: true)
      #expect(abs(backend.read(statistics)[0]) < 1e-6, "\(name) of \(logits)")
      #expect(abs(backend.read(statistics)[3] - 1) < 1e-6, "\(name) of \(logits)")
      // Where p = q the total variation and the overlap have a kink: any slope between the sides is right.
      guard !["totalVariation", "lkAlpha", "lkHybrid"].contains(name) else { continue }
      #expect(backend.read(z).allSatisfy { abs($0) < 1e-6 }, "\(name) of \(logits)")
    }
  }

  private static let gates: [Float] = [-1e30, -200, -89, -88, 0, 88, 200, 1e30]
  private static let siluOfGates: [Double] = [0, 0, 0, 0, 0, 88, 200, 1e30]
  private static let slopesOfGates: [Float] = [0, 0, 0, 0, 0.5, 1, 1, 1]

  @Test func siluOfExtremeNumbers() {
    let ones = backend.slot([Float](repeating: 1, count: Self.gates.count))
    let (y, dx) = (backend.slot(Self.gates), backend.slot(Self.gates))
    backend.silu(backend.slot(Self.gates), into: y)
    backend.siluBackward(ones, backend.slot(Self.gates), dx: GradientSlot(slot: dx, mode: .overwrite))
    for (index, value) in backend.read(y).enumerated() {
      let wanted = Self.siluOfGates[index]
      #expect(abs(Double(value) - wanted) <= 1e-6 * abs(wanted) + 1e-30, "\(Self.gates[index])")
    }
    for (index, value) in backend.read(dx).enumerated() {
      #expect(abs(value - Self.slopesOfGates[index]) < 1e-6, "\(Self.gates[index])")
    }
    let hole = backend.slot([Float.nan])
    backend.silu(hole, into: hole)
    #expect(backend.scalar(hole).isNaN)
  }

  @Test func swiGLUOfExtremeGates() {
    let gates = Self.gates
    let ones = backend.slot([Float](repeating: 1, count: gates.count))
    let (y, dgate, dup) = (backend.slot(gates), backend.slot(gates), backend.slot(gates))
    backend.swiGLU(gate: backend.slot(gates), up: ones, into: y)
    backend.swiGLUBackward(
      ones, gate: backend.slot(gates), up: ones, dgate: GradientSlot(slot: dgate, mode: .overwrite),
      dup: GradientSlot(slot: dup, mode: .overwrite))
    for (index, value) in backend.read(y).enumerated() {
      let wanted = Self.siluOfGates[index]
      #expect(abs(Double(value) - wanted) <= 1e-6 * abs(wanted) + 1e-30, "gate \(gates[index])")
    }
    for (index, value) in backend.read(dgate).enumerated() {
      #expect(abs(value - Self.slopesOfGates[index]) < 1e-6, "gate \(gates[index])")
    }
    #expect(backend.firstNonFinite(dup) == nil)
  }

  @Test func rmsNormOfZerosIsZero() {
    let (x, w) = (
      backend.slot([Float](repeating: 0, count: 5)), backend.slot([Float](repeating: 1, count: 5))
    )
    let out = backend.slot([Float](repeating: .nan, count: 5))
    let inverse = backend.slot([Float.nan])
    backend.rmsNorm(x, w, into: out, inverseRMS: inverse, rows: 1, columns: 5, epsilon: 1e-5)
    #expect(backend.read(out) == [0, 0, 0, 0, 0])
    let dx = backend.slot([Float](repeating: .nan, count: 5))
    backend.rmsNormBackward(
      w, x, w, inverseRMS: inverse, dx: GradientSlot(slot: dx, mode: .overwrite), dw: nil, rows: 1, columns: 5
    )
    #expect(backend.firstNonFinite(dx) == nil)
  }

  /// Scores of ±10^30 make one-hot probabilities, no NaN.
  @Test func attentionOfExtremeScores() {
    let size = AttentionSize(batch: 1, length: 3, heads: 1, kvHeads: 1, headSize: 2, scale: 1)
    let q = backend.slot([1e15, 0, 1e15, 0, 1e15, 0] as [Float])
    let k = backend.slot([1e15, 0, -1e15, 0, 2e15, 0] as [Float])
    let v = backend.slot([1, 2, 3, 4, 5, 6] as [Float])
    let (y, logSumExp) = (
      backend.slot([Float](repeating: .nan, count: 6)), backend.slot([Float](repeating: .nan, count: 3))
    )
    backend.attention(
      q: q, k: k, v: v, mask: .causal(firstKey: backend.slot([0, 0, 0] as [Int32])), into: y,
      logSumExp: logSumExp,
      size)
    #expect(backend.read(y) == [1, 2, 1, 2, 5, 6])
    #expect(backend.firstNonFinite(logSumExp) == nil)
  }

  @Test func tiesOfTheBestTokenGoToTheLowestIndex() {
    let index = backend.slot([9, 9] as [Int32])
    backend.argmaxRows(backend.slot([1, 3, 3, 2, -1, -1] as [Float]), into: index, rows: 2, vocabulary: 3)
    #expect(backend.readIntegers(index) == [1, 0])
  }

  @Test func sumsOfSquaresAreDouble() {
    let values = [Float](repeating: 1e-4, count: 100_001)
    #expect(
      abs(
        backend.sumOfSquares(backend.slot(values)) - 100_001 * Double(1e-4 as Float) * Double(1e-4 as Float))
        < 1e-12)
  }
}
