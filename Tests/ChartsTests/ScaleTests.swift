import Charts
import Testing

@Suite struct ScaleTests {
  @Test(arguments: [(0.0, 1.0, 0.2), (0, 7, 2), (0, 1000, 200), (2.8, 3.1, 0.1), (-5, 5, 2)])
  func ticksAreRoundNumbersAndEndTheScale(_ smallest: Double, _ largest: Double, _ step: Double) throws {
    let scale = Scale([smallest, largest], .values)
    let ticks = scale.ticks
    #expect(zip(ticks, ticks.dropFirst()).allSatisfy { abs($1 - $0 - step) < 1e-9 }, "\(ticks)")
    #expect(scale.bounds.lowerBound <= smallest && scale.bounds.upperBound >= largest)
    #expect(try abs(scale.place(#require(ticks.first))) < 1e-12)
    #expect(try abs(scale.place(#require(ticks.last)) - 1) < 1e-12)
  }

  @Test func theEndsAreReachedFromBothSides() {
    let scale = Scale([], .fixed(0...1))
    #expect(scale.place(0) == 0 && scale.place(0.25) == 0.25 && scale.place(1) == 1)
    let raised = Scale([3, 4], .including(0))
    #expect(raised.bounds == 0...4)
  }

  @Test func aConstantStandsInTheMiddle() {
    let scale = Scale([0.5, 0.5], .values)
    #expect(scale.bounds.contains(0.5) && scale.bounds.lowerBound < 0.5 && scale.bounds.upperBound > 0.5)
    #expect(Scale([], .values).ticks.count > 1)
    #expect(Scale([.nan, .infinity], .values).ticks.count > 1)
  }

  @Test func powersOfTenAreUsedOnlyWhereTheySpanMoreThanTwo() {
    let wide = Scale([0.02, 90], .decades)
    #expect(wide.isLogarithmic && wide.bounds == 0.02...100)
    #expect(abs(wide.place(0.02)) < 1e-12 && abs(wide.place(100) - 1) < 1e-12)
    let middle = wide.place((0.02 * 100).squareRoot())
    #expect(abs(middle - 0.5) < 1e-12)
    let ticks = wide.ticks
    #expect(
      zip(ticks, [0.1, 1, 10, 100]).allSatisfy { abs($0 / $1 - 1) < 1e-9 } && ticks.count == 4, "\(ticks)")
    #expect(!Scale([1, 90], .decades).isLogarithmic)
    #expect(!Scale([0, 1e6], .decades).isLogarithmic, "0 has no place among powers of ten")
  }

  @Test func wholeNumbersHaveNoTicksBetweenThem() {
    #expect(Scale(wholeNumbers: 1...4, tickCount: 8).ticks == [1, 2, 3, 4])
    #expect(Scale(wholeNumbers: 0...1000, tickCount: 8).ticks == [0, 200, 400, 600, 800, 1000])
    #expect(Scale(wholeNumbers: 7...7, tickCount: 8).place(7) == 0)
  }

  @Test(arguments: [(1.0, 0), (0.5, 1), (0.2, 1), (0.05, 2), (200, 0), (0.0002, 4)])
  func aTickNeedsAsManyDigitsAsItsStep(_ step: Double, _ digits: Int) {
    #expect(Ticks.digits(of: step) == digits)
  }
}
