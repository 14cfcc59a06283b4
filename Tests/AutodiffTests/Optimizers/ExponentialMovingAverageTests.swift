import Autodiff
import Testing

@Suite struct ExponentialMovingAverageTests {
  private func bench() -> OptimizerBench {
    OptimizerBench([("a", [5]), ("b", [300, 300])], .adamW(AdamW.Settings()))
  }

  private func averages(_ average: ExponentialMovingAverage, _ bench: OptimizerBench) -> [Float] {
    average.withAverages { bench.values("a") }
  }

  @Test("The first update copies and later ones follow")
  func follows() {
    let bench = bench()
    let average = ExponentialMovingAverage(bench.store, on: bench.backend, decay: 0.75)
    bench.set("a", [1, 2, 3, 4, 5])
    average.update()
    #expect(averages(average, bench) == [1, 2, 3, 4, 5])
    bench.set("a", [5, 6, 7, 8, 9])
    average.update()
    #expect(averages(average, bench) == [2, 3, 4, 5, 6])
  }

  @Test("With warm-up the second update keeps two elevenths")
  func warmsUp() {
    let bench = bench()
    let average = ExponentialMovingAverage(bench.store, on: bench.backend, decay: 0.999, warmsUp: true)
    bench.set("a", [0, 0, 0, 0, 0])
    average.update()
    bench.set("a", [11, 11, 11, 11, 11])
    average.update()
    #expect(averages(average, bench).allSatisfy { abs($0 - 9) < 1e-5 })
  }

  @Test("Swapping twice brings every bit back, in large stores too")
  func swapsBack() {
    let bench = bench()
    let average = ExponentialMovingAverage(bench.store, on: bench.backend, decay: 0.9)
    average.update()
    let start = bench.bits
    for step in 0..<2 { bench.step(step) }
    average.update()
    let trained = bench.bits
    let count = bench.backend.reservationCount
    average.swap()
    #expect(average.isSwapped)
    #expect(bench.bits != trained)
    #expect(bench.bits != start)
    average.swap()
    #expect(!average.isSwapped)
    #expect(bench.bits == trained)
    #expect(bench.backend.reservationCount == count)
  }

  @Test("Weights come back when evaluation throws")
  func comesBackAfterAnError() {
    struct Failure: Error {}
    let bench = bench()
    let average = ExponentialMovingAverage(bench.store, on: bench.backend, decay: 0.9)
    average.update()
    bench.step(0)
    let trained = bench.bits
    #expect(throws: Failure.self) {
      try average.withAverages { () throws(Failure) in throw Failure() }
    }
    #expect(bench.bits == trained)
  }

  @Test("Before the first update the weights themselves are used")
  func beforeTheFirstUpdate() {
    let bench = bench()
    let average = ExponentialMovingAverage(bench.store, on: bench.backend, decay: 0.9)
    let weights = bench.values("a")
    #expect(averages(average, bench) == weights)
  }

  @Test("Restored averages continue with the same bits")
  func restores() {
    let bench = bench()
    let first = ExponentialMovingAverage(bench.store, on: bench.backend, decay: 0.9, warmsUp: true)
    for step in 0..<3 {
      bench.step(step)
      first.update()
    }
    let second = ExponentialMovingAverage(bench.store, on: bench.backend, decay: 0.9, warmsUp: true)
    #expect(first.stateEntries.map(\.name) == ["step", "a.average", "b.average"])
    for (from, to) in zip(first.stateEntries, second.stateEntries) {
      bench.backend.write(bench.backend.read(from.slot), to: to.slot)
    }
    bench.step(3)
    first.update()
    second.update()
    let expected = first.withAverages { bench.bits }
    #expect(second.withAverages { bench.bits } == expected)
  }
}
