/// The most likely token after every context that was counted, so that greedy drafting looks it up.
///
/// Every successor of a context h also follows h', the context without its first token, and tokens that never follow
/// h keep the order that h' gives them. The most likely token is therefore either a successor of h or the most likely
/// token after h'. One pass over all counts, from the shortest contexts to the longest, finds them all.
struct NGramFavourites: Sendable {
  /// By length of the context and by its node.
  private var tokens: [[Int32]] = []

  /// Finds the favourites under Witten–Bell smoothing, the lowest token among equals.
  init(_ counts: NGramCounts, vocabularySize: Int) {
    var shorter: Level?
    for index in counts.levels.indices {
      var level = Level()
      for context in 0..<counts.levels[index].starts.count - 1 {
        level.append(context, counts, index: index, shorter, uniform: 1 / Double(vocabularySize))
      }
      tokens.append(level.favourites.map(\.token))
      shorter = level
    }
  }

  /// The most likely token after a context that has successors.
  func token(after node: Int, length: Int) -> Int32 { tokens[length][node] }

  /// What the next longer contexts need to know of the contexts of one length.
  private struct Level {
    /// The most likely token after each context, and its probability.
    var favourites: [(token: Int32, probability: Double)] = []
    /// The probability of the last token of each sequence after the others.
    var probabilities: [Double] = []
    /// The node of each sequence without its first token.
    var suffixes: [Int32] = []

    /// Adds the next context and its successors.
    ///
    /// - Parameters:
    ///   - index: of the level in `counts` that holds the successors.
    ///   - shorter: the contexts shorter by one; nil for the empty context.
    ///   - uniform: the probability of every token before anything is counted.
    mutating func append(
      _ context: Int, _ counts: NGramCounts, index: Int, _ shorter: Level?, uniform: Double
    ) {
      let level = counts.levels[index]
      let successors = counts.successors(of: context, level: index)
      let smoothing = WittenBell(level.counts[successors])
      let suffix = shorter.map { Int($0.suffixes[context]) } ?? 0
      var best = shorter?.favourites[suffix] ?? (token: 0, probability: uniform)
      best.probability *= smoothing.retention
      for node in successors {
        let token = level.tokens[node]
        var (link, probability) = (0, uniform)
        if let shorter, let place = counts.find(token, after: suffix, level: index - 1) {
          (link, probability) = (place, shorter.probabilities[place])
        }
        probability = probability * smoothing.retention + smoothing.share(of: level.counts[node])
        suffixes.append(Int32(link))
        probabilities.append(probability)
        if probability > best.probability || (probability == best.probability && token < best.token) {
          best = (token, probability)
        }
      }
      favourites.append(best)
    }
  }
}
