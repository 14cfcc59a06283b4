import Evaluation
import FileSystem
import Testing

@Suite struct WarperTests {
  private func warp(_ logits: [Float], _ settings: SamplingSettings) -> [Float] {
    var warper = Warper(vocabularySize: logits.count)
    var rows = ProbabilityRows(rowCount: 2, vocabularySize: logits.count)
    warper.warp(logits, settings, into: &rows, row: 1)
    #expect(rows.values[..<logits.count].allSatisfy { $0 == 0 }, "another row was written")
    return Array(rows.values[logits.count...])
  }

  private func expectEqual(_ a: [Float], _ b: [Float], tolerance: Float = 1e-7) {
    #expect(a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance }, "\(a) is not \(b)")
  }

  /// Logits with the probabilities 0.4, 0.1, 0.3, 0.2 at temperature 1.
  private let logits: [Float] = [
    -0.916290731874155, -2.302585092994046, -1.203972804325936, -1.6094379124341,
  ]

  @Test func temperatureSharpensAndFlattens() throws {
    expectEqual(warp(logits, try SamplingSettings(temperature: 1)), [0.4, 0.1, 0.3, 0.2])
    // p^2 / sum(p^2) = 16, 1, 9, 4 thirtieths.
    expectEqual(warp(logits, try SamplingSettings(temperature: 0.5)), [16 / 30, 1 / 30, 9 / 30, 4 / 30])
  }

  @Test func temperatureZeroPutsAllMassOnTheFirstMaximum() {
    expectEqual(warp([1, 3, 3, 2], .greedy), [0, 1, 0, 0], tolerance: 0)
  }

  @Test func tinyTemperaturesDoNotOverflow() throws {
    expectEqual(
      warp([-88, 90, 89.9], try SamplingSettings(temperature: 1e-300)), [0, 1, 0], tolerance: 0)
    expectEqual(
      warp([1000, 1000, -1000], try SamplingSettings(temperature: 1)), [0.5, 0.5, 0], tolerance: 0)
  }

  @Test func topKKeepsExactlyKTokensAndPrefersTheLowerIndexAmongEquals() throws {
    expectEqual(warp(logits, try SamplingSettings(temperature: 1, topK: 2)), [4 / 7, 0, 3 / 7, 0])
    expectEqual(
      warp([0, 1, 1, 1], try SamplingSettings(temperature: 1, topK: 2)), [0, 0.5, 0.5, 0])
    expectEqual(warp(logits, try SamplingSettings(temperature: 1, topK: 9)), [0.4, 0.1, 0.3, 0.2])
  }

  @Test func topPKeepsTheSmallestSetThatReachesTheMass() throws {
    expectEqual(warp(logits, try SamplingSettings(temperature: 1, topP: 0.39)), [1, 0, 0, 0])
    expectEqual(warp(logits, try SamplingSettings(temperature: 1, topP: 0.6)), [4 / 7, 0, 3 / 7, 0])
    expectEqual(warp(logits, try SamplingSettings(temperature: 1, topP: 0.75)), [4 / 9, 0, 3 / 9, 2 / 9])
    expectEqual(warp(logits, try SamplingSettings(temperature: 1, topP: 1)), [0.4, 0.1, 0.3, 0.2])
  }

  @Test func topPCountsTheMassThatTopKLeft() throws {
    // Top-k leaves 4/9, 3/9, 2/9; 7/9 ≈ 0.778 reaches 0.77 but would be 0.7 of the whole.
    expectEqual(
      warp(logits, try SamplingSettings(temperature: 1, topK: 3, topP: 0.77)), [4 / 7, 0, 3 / 7, 0])
  }

  @Test func aWarperGivesTheSameRowHoweverOftenItIsUsed() throws {
    var warper = Warper(vocabularySize: 4)
    var rows = ProbabilityRows(rowCount: 2, vocabularySize: 4)
    let settings = try SamplingSettings(temperature: 0.8, topK: 3, topP: 0.8)
    warper.warp(logits, settings, into: &rows, row: 0)
    let other: [Float] = [3, 1, 2, 2]
    warper.warp(other, try SamplingSettings(temperature: 1, topP: 0.5), into: &rows, row: 1)
    warper.warp(logits, settings, into: &rows, row: 1)
    #expect(rows.values[..<4] == rows.values[4...])
  }

  @Test func brokenLogitsStillGiveADistribution() throws {
    let settings = try SamplingSettings(temperature: 1, topK: 3, topP: 0.9)
    expectEqual(warp([.nan, 0, -.infinity, .nan], settings), [0, 1, 0, 0], tolerance: 0)
    expectEqual(warp([.nan, .nan, .nan], settings), [1, 0, 0], tolerance: 0)
    expectEqual(warp([0, .infinity, 1], settings), [0, 1, 0], tolerance: 0)
    expectEqual(warp([.nan, -.infinity, -.infinity], settings), [0, 1, 0], tolerance: 0)
  }

  @Test(arguments: [(-1.0, nil, nil), (.nan, nil, nil), (1, 0, nil), (1, nil, 0.0), (1, nil, 1.5)])
  func settingsOutOfRangeAreRefused(temperature: Double, topK: Int?, topP: Double?) {
    #expect(throws: InputError.self) {
      try SamplingSettings(temperature: temperature, topK: topK, topP: topP)
    }
  }
}
