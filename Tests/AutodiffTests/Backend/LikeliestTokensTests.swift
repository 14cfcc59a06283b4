import Autodiff
import TestSupport
import Testing

/// Which tokens the loss over a teacher's likeliest ones is about.
@Suite struct LikeliestTokensTests {
  private let backend = CPUBackend(threads: 1)

  private func mix(_ count: Int, temperature: Float = 1) -> LossMix {
    var mix = LossMix()
    (mix.topKCrossEntropy, mix.topKCount, mix.studentTemperature) = (1, count, temperature)
    return mix
  }

  /// Loss and gradient of one row under the whole teacher.
  private func run(
    _ student: [Float], _ teacher: [Float], _ mix: LossMix
  ) -> (loss: Float, gradient: [Float]) {
    let (z, statistics) = (
      backend.slot(student), backend.slot([Float](repeating: .nan, count: backend.rowStatisticCount))
    )
    backend.divergenceRows(
      z, teacher: backend.slot(teacher), labels: backend.slot([0] as [Int32]), statistics: statistics,
      rows: 1,
      vocabulary: student.count, mix: mix, scale: 1, gradient: true)
    return (backend.read(statistics)[0], backend.read(z))
  }

  /// The same with a stored teacher.
  private func run(
    _ student: [Float], ids: [Int32], _ logProbabilities: [Float], _ mix: LossMix, tail: TailPolicy = .bucket
  ) -> (loss: Float, gradient: [Float]) {
    let (z, statistics) = (
      backend.slot(student), backend.slot([Float](repeating: .nan, count: backend.rowStatisticCount))
    )
    backend.divergenceTopKRows(
      z, teacherIDs: backend.slot(ids), logProbabilities: backend.slot(logProbabilities), tail: tail,
      labels: backend.slot([0] as [Int32]), statistics: statistics,
      scratch: backend.slot([Float](repeating: .nan, count: student.count)), rows: 1,
      vocabulary: student.count,
      k: ids.count, mix: mix, scale: 1, gradient: true)
    return (backend.read(statistics)[0], backend.read(z))
  }

  /// A student without preferences is drawn to every one of them and to nothing else.
  private func drawn(_ gradient: [Float]) -> [Int] { gradient.indices.filter { gradient[$0] < 0 } }

  @Test func equalTokensCountFromTheLowest() {
    let teacher: [Float] = [1, 3, 2, 3, 2, 0, 2, 3, 2] + [Float](repeating: -3, count: 20)
    let student = [Float](repeating: 0, count: teacher.count)
    for (count, wanted) in [
      (1, [1]), (2, [1, 3]), (3, [1, 3, 7]), (4, [1, 2, 3, 7]), (5, [1, 2, 3, 4, 7]),
    ] {
      #expect(drawn(run(student, teacher, mix(count)).gradient) == wanted)
      #expect(drawn(run(student, teacher, mix(count, temperature: 2)).gradient) == wanted)
    }
  }

  @Test(arguments: TailPolicy.allCases) func equalStoredTokensCountFromTheLowest(tail: TailPolicy) {
    let student = [Float](repeating: 0, count: 20)
    let logProbabilities: [Float] = [-2, -1.5, -2, -1.5, -2]
    for (count, wanted) in [(1, [3]), (2, [3, 8]), (3, [3, 5, 8]), (4, [3, 5, 8, 9])] {
      let result = run(student, ids: [9, 8, 5, 3, 11], logProbabilities, mix(count), tail: tail)
      #expect(drawn(result.gradient) == wanted)
    }
    // Stored for another vocabulary's sake, or cut short: all that there are.
    let ended = run(student, ids: [9, 8, -1, 3, 11], logProbabilities, mix(4), tail: tail)
    #expect(drawn(ended.gradient) == [8, 9])
  }

  /// Rising rows take every token in, falling ones none after the first; the others lie between.
  @Test(arguments: [1, 2, 10, 63, 64, 255, 256]) func longRowsEqualASort(count: Int) {
    var numbers = TestNumbers("likeliest \(count)")
    let random = numbers.normals(3001)
    let rounded = random.map { ($0 * 4).rounded() }
    for teacher in [random, random.sorted(), random.sorted(by: >), rounded, [2, 1, 3]] {
      let student = numbers.normals(teacher.count)
      for temperature in [1, 1.7] as [Float] {
        let logP = Scalar.logSoftmax(teacher.map(Double.init))
        let logQ = Scalar.logSoftmax(student.map(Double.init), temperature: Double(temperature))
        let order = teacher.indices.sorted { (-teacher[$0], $0) < (-teacher[$1], $1) }.prefix(count)
        let mass = order.reduce(0) { $0 + Scalar.exp(logP[$1]) }
        var gradient = logQ.map { mass * Scalar.exp($0) }
        for token in order { gradient[token] -= Scalar.exp(logP[token]) }
        let result = run(student, teacher, mix(count, temperature: temperature))
        let loss = order.reduce(0) { $0 - Scalar.exp(logP[$1]) * logQ[$1] }
        let tolerance = Tolerance(.float32, terms: teacher.count)
        #expect(tolerance.mismatch([result.loss], [loss]) == nil)
        let problem = tolerance.mismatch(result.gradient, gradient.map { $0 / Double(temperature) })
        #expect(problem == nil, "\(count) at \(temperature)")
      }
    }
  }

  @Test func whatIsNotANumberShows() {
    let (row, hole) = ([1, 2, 3, 4, 5] as [Float], [1, 2, .nan, 4, 5] as [Float])
    for temperature in [1, 2] as [Float] {
      for (student, teacher) in [(row, hole), (hole, row)] {
        let result = run(student, teacher, mix(2, temperature: temperature))
        #expect(result.loss.isNaN && result.gradient.contains { $0.isNaN })
      }
    }
    let nothing = [Float](repeating: .nan, count: 5)
    #expect(run(row, nothing, mix(2)).loss.isNaN)
    #expect(run(hole, ids: [4, 0], [-0.5, -2], mix(2)).loss.isNaN)
  }

  /// A likely token that the student can never draw costs infinitely much, and still pulls.
  @Test func anImpossibleTokenHasAFiniteGradient() {
    for temperature in [1, 2] as [Float] {
      let result = run([0, 0, -.infinity], [0, -.infinity, 0], mix(2, temperature: temperature))
      #expect(result.loss == .infinity)
      let wanted = [0, 0.5, -0.5].map { $0 / Double(temperature) }
      #expect(Tolerance(.float32, terms: 8).mismatch(result.gradient, wanted) == nil)
    }
  }

  @Test func countsOutsideTheirRangeTrap() async {
    await #expect(processExitsWith: .failure) {
      let tests = LikeliestTokensTests()
      _ = tests.run([0, 0], [0, 0], tests.mix(257))
    }
    await #expect(processExitsWith: .failure) {
      let tests = LikeliestTokensTests()
      _ = tests.run([0, 0], [0, 0], tests.mix(0))
    }
  }

  @Test func itNeedsATeacher() {
    #expect(mix(10).needsTeacher && LossMix().topKCount == 10 && !LossMix().needsTeacher)
  }
}
