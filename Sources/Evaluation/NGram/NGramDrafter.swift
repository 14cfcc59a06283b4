internal import FileSystem
internal import Foundation

/// An n-gram model with back-off in the place of a drafter: the floor that every trained drafter is measured
/// against.
///
///     P_0(x)     = 1 / v
///     P_k(x | h) = (count(h, x) + T(h) · P_{k-1}(x | h')) / (count(h) + T(h))
///
/// h is the context of k − 1 tokens, h' the context without its first token, count(h) how often h is followed by
/// anything, and T(h) by how many different tokens (Witten–Bell); a context that never occurred backs off wholly.
///
/// Source: Witten, Bell, "The Zero-Frequency Problem", 1991, method C; interpolated as in Chen, Goodman,
/// "An Empirical Study of Smoothing Techniques for Language Modeling", 1998, §2.5.
package final class NGramDrafter: SequenceModel {
  /// The size of the vocabulary.
  package let vocabularySize: Int
  /// How many sequences are held side by side.
  package let lineCount: Int
  /// How many tokens each of them may have.
  package let capacity: Int
  /// n: a token is predicted from the n − 1 before it.
  package let order: Int

  private let counts: NGramCounts
  private let favourites: NGramFavourites
  /// The tokens of each line, by position.
  private var lines: [[Int32]]
  /// The contexts of the outputs of the last call: `[m]`, each at most order − 1 tokens.
  private var contexts: [[Int32]] = []
  private var probabilities: [Double]

  /// Counts a corpus.
  ///
  /// - Parameters:
  ///   - order: n ≥ 1.
  ///   - documents: token sequences; no n-gram crosses from one to the next. Fewer than 2³¹ tokens in all.
  ///   - vocabularySize: the target's.
  ///   - lineCount: how many sequences to hold side by side.
  ///   - capacity: how many tokens each may have.
  /// - Throws: `InputError` for an order below 1 or a token outside the vocabulary.
  package init(
    order: Int, documents: [[Int32]], vocabularySize: Int, lineCount: Int, capacity: Int
  ) throws {
    precondition(vocabularySize > 0 && lineCount > 0 && capacity > 0)
    guard order >= 1 else {
      throw InputError(.usage, key: "order", found: "\(order)", expected: "a whole number ≥ 1")
    }
    for (index, document) in documents.enumerated() {
      if let token = document.first(where: { $0 < 0 || Int($0) >= vocabularySize }) {
        throw InputError(
          .badData, key: "documents[\(index)]", found: "token \(token)",
          expected: "a token in 0 ..< \(vocabularySize)")
      }
    }
    self.order = order
    self.vocabularySize = vocabularySize
    self.lineCount = lineCount
    self.capacity = capacity
    counts = NGramCounts(order: order, documents: documents)
    favourites = NGramFavourites(counts, vocabularySize: vocabularySize)
    lines = Array(repeating: [], count: lineCount)
    probabilities = Array(repeating: 0, count: vocabularySize)
  }

  /// Notes the tokens and remembers the context of every output.
  package func forward(tokens: [Int32], sequences: [Int32], positions: [Int32], outputs: [Int]) {
    contexts.removeAll(keepingCapacity: true)
    var next = 0
    for row in tokens.indices {
      let (line, position) = (Int(sequences[row]), Int(positions[row]))
      precondition(
        position <= lines[line].count && position < capacity,
        "NGramDrafter: position \(position) of \(lines[line].count) known")
      lines[line].removeSubrange(position...)
      lines[line].append(tokens[row])
      if next < outputs.count, outputs[next] == row {
        contexts.append(Array(lines[line].suffix(order - 1)))
        next += 1
      }
    }
  }

  /// The most likely token of an output, the lowest among equals: looked up, whatever the size of the vocabulary.
  package func argmax(output: Int) -> Int32 {
    let context = contexts[output][...]
    for length in (0..<order).reversed() {
      guard let node = counts.node(of: context, length: length) else { continue }
      return favourites.token(after: node, length: length)
    }
    return 0
  }

  /// Copies the log-probabilities of an output.
  package func copyLogits(output: Int, into buffer: inout [Float]) {
    evaluate(output)
    for x in probabilities.indices { buffer[x] = Float(log(probabilities[x])) }
  }

  /// Computes the distribution after an output's context, from the shortest context to the longest.
  private func evaluate(_ output: Int) {
    for x in probabilities.indices { probabilities[x] = 1 / Double(vocabularySize) }
    let context = contexts[output][...]
    for length in 0..<order {
      guard let node = counts.node(of: context, length: length) else { return }
      let level = counts.levels[length]
      let successors = counts.successors(of: node, level: length)
      let smoothing = WittenBell(level.counts[successors])
      for x in probabilities.indices { probabilities[x] *= smoothing.retention }
      for place in successors {
        probabilities[Int(level.tokens[place])] += smoothing.share(of: level.counts[place])
      }
    }
  }
}
