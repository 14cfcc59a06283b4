import Evaluation
import Testing

@Suite struct GreedyTokenTests {
  @Test func theLowestIndexWinsAmongEquals() {
    #expect(greedyToken([1, 5, 5, 2]) == 1)
    #expect(greedyToken([-3, -3]) == 0)
  }

  @Test func notANumberNeverWins() {
    #expect(greedyToken([.nan, -1, .nan, 0]) == 3)
    #expect(greedyToken([.nan, -.infinity]) == 1)
    #expect(greedyToken([.nan, .nan]) == 0)
  }
}
