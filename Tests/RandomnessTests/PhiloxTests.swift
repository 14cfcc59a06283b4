import Randomness
import Testing

@Suite struct PhiloxTests {
  /// The known-answer vectors published with the Random123 library (philox4x32, 10 rounds).
  @Test func matchesThePublishedVectors() {
    #expect(
      Philox(key: SIMD2(0, 0)).words(at: SIMD4(0, 0, 0, 0))
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      Philox(key: SIMD2(repeating: .max)).words(at: SIMD4(repeating: .max))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox(key: SIMD2(0xa409_3822, 0x299f_31d0)).words(
        at: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func uniformNumbersStayInRangeAndSpread() {
    let philox = Philox(seed: 7, purpose: .sampling)
    let values = (0..<10_000).map { philox.uniform(step: 0, index: UInt64($0)) }
    #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(values.reduce(0, +) / 10_000 - 0.5) < 0.02)
  }

  @Test func normalNumbersHaveUnitVariance() {
    let philox = Philox(seed: 7, purpose: .initialization)
    let values = (0..<10_000).map { philox.normals(step: 1, index: UInt64($0)).0 }
    let mean = values.reduce(0, +) / 10_000
    let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 10_000
    #expect(abs(mean) < 0.05)
    #expect(abs(variance - 1) < 0.05)
  }

  @Test func boundedNumbersCoverTheirRange() {
    let philox = Philox(seed: 1, purpose: .shuffle)
    var seen = [Int](repeating: 0, count: 7)
    for i in 0..<7_000 { seen[philox.below(7, step: 3, index: UInt64(i))] += 1 }
    #expect(seen.allSatisfy { $0 > 850 && $0 < 1_150 })
  }

  @Test func purposesGiveDifferentStreams() {
    let a = Philox(seed: 1, purpose: .shuffle).words(step: 0, index: 0)
    let b = Philox(seed: 1, purpose: .sampling).words(step: 0, index: 0)
    #expect(a != b)
  }
}
