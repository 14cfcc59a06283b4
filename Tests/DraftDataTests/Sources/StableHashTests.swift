import DraftData
import Testing

@Suite("Stable hashes")
struct StableHashTests {
  @Test("the values never change: recorded")
  func recorded() {
    #expect(StableHash("").value == 8_639_565_837_525_888_477)
    #expect(StableHash("Once upon a time").value == 10_177_672_638_649_100_772)
  }

  @Test("texts in a row differ by where they are cut")
  func boundaries() {
    var first = StableHash("a")
    first.combine("bc")
    var second = StableHash("ab")
    second.combine("c")
    #expect(first.value != second.value)
  }

  @Test("a hundred thousand neighbours do not collide, and every bit is set in half of them")
  func spread() {
    let values = (0..<100_000).map { StableHash("document \($0)").value }
    #expect(Set(values).count == values.count)
    for bit in 0..<64 {
      let share = values.count { $0 >> UInt64(bit) & 1 == 1 }
      // The standard deviation is 158.
      #expect(abs(share - 50_000) < 800, "bit \(bit): \(share)")
    }
  }
}
