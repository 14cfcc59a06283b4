import FileSystem
import TestSupport
import Testing
import Training

/// One recipe, one result, whatever the machine has: products large enough for tiles and tasks of every family.
@Suite struct ThreadCountTests {
  private static let recipe = """
    name: threads
    seed: 5
    tokenizer: {train: {vocabulary: 400}}
    model: {hidden: 64, layers: 2, heads: 4, kv_heads: 2, ffn: 144, max_positions: 96}
    data:
      stories: {kind: synthetic, domain: stories, count: 60}
      sums: {kind: synthetic, domain: math, count: 60}
    stages:
      - {name: train, kind: pretrain, steps: 4, sequence_length: 96, batch_size: 6, mixture: {stories: 1, sums: 1}}
    checkpoint: {every_steps: 4}
    """

  @Test func theSameBitsOnAnyNumberOfThreads() throws {
    var hashes: Set<String> = []
    for threads in [1, 2, 3, 4, 8] {
      let temporary = try TemporaryFolder()
      let folder = try finishedRun(Self.recipe, in: temporary.file("run"), threads: threads)
      let newest = try #require(try RunSession.newestCheckpoint(folder))
      hashes.insert(try #require(try DurableDirectory.verify(newest)["state_hash"]))
    }
    #expect(hashes.count == 1)
  }
}
