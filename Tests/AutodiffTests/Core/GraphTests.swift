import Autodiff
import TestSupport
import Testing

@Suite struct GraphTests {
  @Test func aWrongShapeTrapsWithOperationAndShapes() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var g = Graph()
      _ = g.linear(g.input([2, 3]), g.input([4, 5]))
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("linear: expected [n, in] and [out, in], got [2, 3], [4, 5]"))
  }

  @Test func anOperationWithoutGradientIsRefusedUnderAParameter() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let backend = CPUBackend(threads: 1)
      let store = ParameterStore(on: backend)
      let x = store.add("x", [2, 3], .constant(0), isTrainable: true)
      var g = Graph()
      let y = g.logSoftmax(g.parameter(x))
      _ = g.cotangentLoss(y, cotangent: g.input(y.shape), scale: g.input([1]))
      _ = Plan(g, outputs: [y], training: true, on: backend)
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("logSoftmax has no gradient"))
  }

  @Test func storedTemperaturesCannotBeChanged() async {
    await #expect(processExitsWith: .failure) {
      var mix = LossMix()
      (mix.forwardKL, mix.studentTemperature) = (1, 2)
      var g = Graph()
      _ = g.headDistillation(
        g.input([2, 3]), g.input([5, 3]), labels: g.input([2], .int32), scale: g.input([1]),
        teacherIDs: g.input([2, 2], .int32), logProbabilities: g.input([2, 2]), tail: .bucket, mix: mix)
    }
  }

  @Test func anIDOutsideTheTableTraps() async {
    await #expect(processExitsWith: .failure) {
      let backend = CPUBackend(threads: 1)
      var g = Graph()
      let (table, ids) = (g.input([4, 2]), g.input([1], .int32))
      let y = g.embedding(table, ids: ids)
      let executor = Executor(Plan(g, outputs: [y], training: false, on: backend), on: backend)
      executor.write([Float](repeating: 0, count: 8), to: table)
      executor.write([4 as Int32], to: ids)
      executor.forward()
    }
  }

  @Test func scopesNameRecords() {
    var g = Graph()
    #expect(g.count == 0)
    let x = g.scope("a") { g in g.scope("b") { g in g.input([2, 0, 3]) } }
    #expect(g.count == 1)
    #expect(x.shape.count == 0)
    #expect(x.shape.rows == 0)
    #expect(x.shape.columns == 3)
  }
}
