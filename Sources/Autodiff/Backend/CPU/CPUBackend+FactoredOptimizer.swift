internal import CKernels

extension CPUBackend: FactoredOptimizerBackend {
  package func updateSecondMoment(_ moment: SecondMoment, _ g: Slot, clip: Float, weight: Float) {
    var shape = unsafe kernelMoment(moment, g)
    unsafe pk_second_moment_update(pool, &shape, floats(g), clip, weight)
  }

  package func adafactorSumOfSquares(
    _ g: Slot, _ moment: SecondMoment, clip: Float, epsilon: Float
  ) -> Double {
    var shape = unsafe kernelMoment(moment, g)
    return unsafe pk_adafactor_sum_of_squares(pool, &shape, floats(g), clip, epsilon)
  }

  package func adafactor(
    _ p: Slot, _ g: Slot, _ moment: SecondMoment, clip: Float, epsilon: Float, retention: Float, rate: Float
  ) {
    expect(p, g.count, "adafactor")
    var shape = unsafe kernelMoment(moment, g)
    unsafe pk_adafactor(pool, &shape, floats(p), floats(g), clip, epsilon, retention, rate)
  }

  private func kernelMoment(_ moment: SecondMoment, _ g: Slot) -> pk_second_moment {
    switch moment {
    case .full(let slot):
      expect(slot, g.count, "second moment")
      return unsafe pk_second_moment(rows: 1, columns: g.count, row: nil, column: nil, full: floats(slot))
    case .factored(let rows, let columns):
      expect(g, rows.count * columns.count, "second moment")
      return unsafe pk_second_moment(
        rows: rows.count, columns: columns.count, row: floats(rows), column: floats(columns), full: nil)
    }
  }
}
