import Evaluation

/// A fake model whose logits are a hash of the whole prefix as it stands in its cache, so that a missing, stale
/// or shifted cache entry changes everything behind it.
final class HashModel: SequenceModel {
  let vocabularySize: Int
  let lineCount: Int
  let capacity: Int
  let rowLimit: Int
  /// Models with the same salt are the same model.
  private let salt: UInt64
  /// How many of the last tokens matter; nil for all.
  private let memory: Int?
  /// Tokens by position, -1 where nothing was ever written.
  private var cache: [[Int32]]
  private var rows: [[Int32]] = []
  /// Calls with outputs, and rows in the largest call of all.
  private(set) var forwardCalls = 0
  private(set) var largestCall = 0

  init(
    vocabularySize: Int, lineCount: Int = 4, capacity: Int = 64, rowLimit: Int = 512, salt: UInt64 = 1,
    memory: Int? = nil
  ) {
    self.vocabularySize = vocabularySize
    self.lineCount = lineCount
    self.capacity = capacity
    self.rowLimit = rowLimit
    self.salt = salt
    self.memory = memory
    cache = Array(repeating: Array(repeating: -1, count: capacity), count: lineCount)
  }

  func forward(tokens: [Int32], sequences: [Int32], positions: [Int32], outputs: [Int]) {
    if !outputs.isEmpty { forwardCalls += 1 }
    precondition(tokens.count <= rowLimit && tokens.count == positions.count)
    largestCall = max(largestCall, tokens.count)
    rows.removeAll()
    for row in tokens.indices {
      let (line, position) = (Int(sequences[row]), Int(positions[row]))
      cache[line][position] = tokens[row]
      let first = memory.map { max(0, position + 1 - $0) } ?? 0
      let prefix = Array(cache[line][first...position])
      precondition(!prefix.contains(-1), "a row attends to a position that was never written")
      if outputs.contains(row) { rows.append(prefix) }
    }
  }

  /// The logits after a prefix, in [-2, 2).
  func logits(after prefix: [Int32]) -> [Float] {
    var state = salt &* 0x9E37_79B9_7F4A_7C15
    for token in memory.map({ Array(prefix.suffix($0)) }) ?? prefix {
      state = Self.mix(state ^ UInt64(UInt32(bitPattern: token) &+ 1))
    }
    return (0..<vocabularySize).map { token in
      Float(Self.mix(state &+ UInt64(token) &* 0xD1B5_4A32_D192_ED03) >> 40) / Float(1 << 24) * 4 - 2
    }
  }

  func argmax(output: Int) -> Int32 { greedyToken(logits(after: rows[output])) }

  func copyLogits(output: Int, into buffer: inout [Float]) {
    buffer = logits(after: rows[output])
  }

  /// The greedy continuation, computed without any cache.
  func greedyText(after prompt: [Int32], count: Int) -> [Int32] {
    var text = prompt
    for _ in 0..<count { text.append(greedyToken(logits(after: text))) }
    return Array(text[prompt.count...])
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
