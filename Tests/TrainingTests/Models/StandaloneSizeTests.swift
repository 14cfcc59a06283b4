import Drafters
import Models
import Testing

@Suite struct StandaloneSizeTests {
  private static func target(hidden: Int, layers: Int) -> ModelConfiguration {
    ModelConfiguration(
      vocabularySize: 1000, hiddenSize: hidden, feedForwardSize: 3 * hidden, layerCount: layers, headCount: 2,
      headSize: 16)
  }

  @Test func sizesForTargetsThatPeopleHave() {
    func sizes(_ hidden: Int, _ layers: Int) -> [Int] {
      let size = StandaloneSize(for: Self.target(hidden: hidden, layers: layers))
      return [size.hidden, size.layers, size.heads, size.keyValueHeads, size.feedForward]
    }
    // nano-target, SmolLM2-135M, Llama 3.2 1B, Llama 2 7B
    #expect(sizes(160, 5) == [32, 1, 2, 1, 80])
    #expect(sizes(576, 30) == [160, 2, 5, 5, 432])
    #expect(sizes(2048, 16) == [512, 2, 8, 4, 1376])
    #expect(sizes(4096, 32) == [1024, 2, 16, 8, 2768])
  }

  @Test func everySizeFitsTogether() {
    for hidden in stride(from: 2, through: 9000, by: 2) {
      let target = Self.target(hidden: hidden, layers: hidden % 90 + 1)
      let size = StandaloneSize(for: target)
      // Traps when the heads do not fit together.
      let drafter = size.configuration(for: target)
      #expect(size.hidden >= 32 && size.hidden.isMultiple(of: 32) && abs(size.hidden - hidden / 4) <= 32)
      #expect((16...64).contains(drafter.headSize) && drafter.headSize * size.heads == size.hidden)
      #expect(size.feedForward.isMultiple(of: 16) && (1...2).contains(size.layers))
    }
  }
}
