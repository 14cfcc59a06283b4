import Autodiff
import Drafters
import Models
import Objectives
import TestSupport
import Testing

/// What a drafter is trained on is what it does when it drafts: a row of a later pass equals the incremental drafter that
/// reads the target's states up to a place and its own from there on.
@Suite struct UnrolledAlignmentTests {
  struct Setting: Sendable, CustomTestStringConvertible {
    let kind: FeatureSubject.Kind
    let unrolling: VisibleKeys.Unrolling
    var testDescription: String { "\(kind) \(unrolling)" }
  }

  static let settings = FeatureSubject.Kind.recurrent.flatMap { kind in
    [VisibleKeys.Unrolling.sameRow, .diagonal].map { Setting(kind: kind, unrolling: $0) }
  }
  private static let passCount = 4

  @Test(arguments: settings) func passesEqualIncrementalDrafting(_ setting: Setting) {
    let subject = FeatureSubject(setting.kind)
    let rows = subject.rows(passCount: Self.passCount, setting.unrolling)
    let trained = unrolled(subject, rows, setting.unrolling)
    let features = subject.features()
    let decoder = FeatureDecoder(
      subject.recurrent, on: subject.backend, lines: 1, capacity: FeatureSubject.positionCount)
    var (compared, farthestFromFirst) = (0, Float(0))
    for (pass, own) in rows.passes.enumerated() {
      for row in own.labels.indices where own.labels[row] >= 0 {
        // Along the text a row of pass s began drafting s rows before.
        let begin = setting.unrolling == .sameRow ? row : row - pass
        let first = row / subject.length * subject.length + Int(subject.firstKey[row])
        guard begin >= first else { continue }
        let drafted = incremental(decoder, subject, features, from: first, upTo: begin, steps: pass)
        let width = decoder.headRowCount
        let wanted = trained[pass][row * width..<(row + 1) * width]
        for (a, b) in zip(drafted, wanted) {
          #expect(abs(a - b) < 1e-5 * max(1, abs(b)), "pass \(pass), row \(row)")
        }
        let range = row * width..<(row + 1) * width
        let distances = zip(trained[pass][range], trained[0][range]).map { abs($0 - $1) }
        farthestFromFirst = max(farthestFromFirst, distances.max() ?? 0)
        compared += 1
      }
    }
    #expect(compared > 40)
    // Passes differ, so that their equality with drafting is no accident.
    #expect(farthestFromFirst > 0.01)
  }

  /// Log-probabilities of every row in every pass.
  private func unrolled(
    _ subject: FeatureSubject, _ rows: UnrolledRows, _ unrolling: VisibleKeys.Unrolling
  ) -> [[Float]] {
    let objective = FeatureObjective(
      unrolling: unrolling, passCount: Self.passCount, stateWeight: 0, mix: .crossEntropyOnly)
    var g = Graph()
    let (states, write) = subject.recordTarget(in: &g)
    let inputs = UnrolledInputs(
      batch: subject.batch, length: subject.length, passCount: Self.passCount, in: &g)
    let head = g.parameter(subject.recurrent.head)
    let outputs = objective.unroll(subject.drafter, inputs, states: states, in: &g).map {
      g.logSoftmax(g.linear($0.output, head))
    }
    let executor = Executor(
      Plan(g, outputs: outputs, training: false, on: subject.backend), on: subject.backend)
    write(executor)
    let ones = [Float](repeating: 1, count: Self.passCount)
    inputs.write(rows, scales: ones, stateScales: ones, to: executor)
    executor.forward()
    return outputs.map { executor.read($0) }
  }

  /// Log-probabilities after the target's states of rows `first` ... `last` and `steps` of the drafter's own.
  private func incremental(
    _ decoder: FeatureDecoder, _ subject: FeatureSubject, _ features: [Float], from first: Int,
    upTo last: Int,
    steps: Int
  ) -> [Float] {
    let width = decoder.stateSize(of: .target)
    var rows = FeatureRows()
    for row in first...last {
      rows.append(
        state: features[row * width..<(row + 1) * width], token: subject.tokens[row + 1], line: 0,
        position: Int32(row - first))
    }
    decoder.forward(rows, from: .target, outputs: [last - first])
    var index = last - first
    for step in 0..<steps {
      var next = FeatureRows()
      next.append(
        state: decoder.state(of: index), token: subject.tokens[last + 2 + step], line: 0,
        position: Int32(last - first + 1 + step))
      decoder.forward(next, from: .drafter, outputs: [0])
      index = 0
    }
    return Array(decoder.logProbabilities(of: 0))
  }
}
