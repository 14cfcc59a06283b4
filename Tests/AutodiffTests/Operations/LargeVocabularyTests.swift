import Autodiff
import Testing

/// A vocabulary of 128k at 2,048 tokens: its logits would take a gibibyte, and a teacher's another.
@Suite struct LargeVocabularyTests {
  private static let rows = 2048
  private static let vocabulary = 131_072
  private static let width = 32
  private static let logitsBytes = 4 * rows * vocabulary

  /// Bytes of activations, gradients and scratch of a training step, on a backend that only counts.
  private func plannedBytes(withTeacher: Bool) -> Int {
    let backend = CPUBackend(threads: 1, memory: .counted)
    let store = ParameterStore(on: backend)
    let head = store.add("head", [Self.vocabulary, Self.width], .constant(0), isTrainable: true)
    let teacherHead = store.add("teacher", [Self.vocabulary, Self.width], .constant(0), isTrainable: false)
    store.reserve()
    var g = Graph()
    let (x, labels, scale) = (g.input([Self.rows, Self.width]), g.input([Self.rows], .int32), g.input([1]))
    var mix = LossMix.crossEntropyOnly
    if withTeacher {
      (mix.crossEntropy, mix.forwardKL) = (0, 1)
      _ = g.headDistillation(
        x, g.parameter(head), labels: labels, scale: scale, teacherHidden: g.input([Self.rows, Self.width]),
        teacherHead: g.parameter(teacherHead), mix: mix)
    } else {
      _ = g.headCrossEntropy(x, g.parameter(head), labels: labels, scale: scale)
    }
    return 4 * Plan(g, outputs: [], training: true, on: backend).activationCount
  }

  @Test func logitsNeverExistAsAWhole() {
    #expect(plannedBytes(withTeacher: false) < Self.logitsBytes / 12)
    #expect(plannedBytes(withTeacher: true) < Self.logitsBytes / 6)
  }
}
