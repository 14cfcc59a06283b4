import DraftData
import Testing

@Suite("Batch streams")
struct BatchStreamTests {
  private func order(seed: UInt64, epochs: Int, count: Int = 50) throws -> [Int] {
    var stream = try BatchStream(
      Mixture(numberedStore(lengths: [Int](repeating: 4, count: count))),
      settings: .init(sequenceLength: 4, batchSize: 1, seed: seed, epochCount: epochs))
    return batches(of: &stream).flatMap(\.spans).map(\.document)
  }

  @Test("each epoch visits every document once, in an order of its own")
  func epochs() throws {
    let visited = try order(seed: 1, epochs: 3)
    let parts = (0..<3).map { Array(visited[$0 * 50..<$0 * 50 + 50]) }
    for part in parts { #expect(part.sorted() == Array(0..<50)) }
    #expect(parts[0] != parts[1] && parts[1] != parts[2] && parts[0] != Array(0..<50))
  }

  @Test("the seed alone decides the order")
  func seeds() throws {
    #expect(try order(seed: 1, epochs: 1) == order(seed: 1, epochs: 1))
    #expect(try order(seed: 1, epochs: 1) != order(seed: 2, epochs: 1))
  }

  @Test("every document is about equally often first")
  func uniformity() throws {
    var counts = [Int](repeating: 0, count: 5)
    for seed in 0..<2000 { counts[try order(seed: UInt64(seed), epochs: 1, count: 5)[0]] += 1 }
    // 400 expected, standard deviation 18.
    #expect(counts.allSatisfy { abs($0 - 400) < 90 }, "\(counts)")
  }

  @Test("shares of tokens follow the weights, whatever the lengths of the documents")
  func weights() throws {
    let mixture = try Mixture([
      .init(name: "short", store: numberedStore(lengths: [2, 3, 4]), weight: 3),
      .init(name: "long", store: numberedStore(lengths: [60, 41]), weight: 1),
    ])
    var stream = try BatchStream(mixture, settings: .init(sequenceLength: 64, batchSize: 4))
    _ = batches(of: &stream, limit: 40)
    let total = Double(stream.cursor.consumed[0] + stream.cursor.consumed[1])
    #expect(abs(Double(stream.cursor.consumed[0]) / total - 0.75) < 0.01)
    #expect(total <= 40 * 256 && total > 40 * 256 - 100)
  }

  @Test("two sources without teacher rows and with them can be mixed: rows are empty where there is nothing")
  func mixedTeachers() throws {
    var taught = TokenStore(teacherEntryCount: 1)
    taught.append(
      tokens: [1, 2], inLoss: [true, true], domain: "t", contentHash: 0, teacherIndices: [-1, 2],
      teacherLogProbabilities: [0, -0.5])
    let mixture = try Mixture([
      .init(name: "plain", store: numberedStore(lengths: [2])), .init(name: "taught", store: taught),
    ])
    var stream = try BatchStream(
      mixture, settings: .init(sequenceLength: 4, batchSize: 1, isShuffled: false, epochCount: 1))
    #expect(batches(of: &stream)[0].teacher?.indices == [-1, -1, 2, -1])
  }
}
