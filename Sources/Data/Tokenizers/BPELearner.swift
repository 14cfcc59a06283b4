/// Finds the merges of a word list. Pair counts are kept up to date merge by merge: a merge costs the words that
/// contain it, not the whole text.
struct BPELearner {
  private var words: [[Int32]]
  private let counts: [Int]
  private let minimumFrequency: Int

  /// Index of each pair into the two arrays below, as `merged`.
  private var pairs = PairTable(minimumCapacity: 1 << 12)
  private var pairCounts: [Int] = []
  /// The words in which a pair occurs, or did once.
  private var pairWords: [[Int32]] = []
  private var queue = MinHeap<Candidate>()
  /// Pairs that the merge at hand made more frequent, each once.
  private var risen: [(left: Int32, right: Int32)] = []
  private var isRisen: [Bool] = []

  /// A pair with the count it had when it was queued; what is to be merged first compares as smaller.
  private struct Candidate: Comparable {
    var count: Int
    var left: Int32
    var right: Int32

    static func < (one: Candidate, other: Candidate) -> Bool {
      if one.count != other.count { return one.count > other.count }
      return one.left != other.left ? one.left < other.left : one.right < other.right
    }
  }

  /// - Parameters:
  ///   - words: the tokens of each distinct word.
  ///   - counts: how often each word occurs.
  init(words: [[Int32]], counts: [Int], minimumFrequency: Int) {
    precondition(words.count == counts.count, "BPELearner: \(words.count) words, \(counts.count) counts")
    self.words = words
    self.counts = counts
    self.minimumFrequency = minimumFrequency
    for (index, word) in words.enumerated() {
      for (left, right) in zip(word, word.dropFirst()) { change(left, right, by: counts[index], in: index) }
    }
    queueRisen()
  }

  /// Merges until the vocabulary has `size` tokens or no pair is frequent enough; adds the tokens it makes.
  mutating func learn(upTo size: Int, _ vocabulary: inout Vocabulary) throws -> [BPEModel.Rule] {
    var rules: [BPEModel.Rule] = []
    while vocabulary.size < size, let best = queue.popMinimum() {
      let current = count(best.left, best.right)
      if current != best.count {
        if current >= minimumFrequency {
          queue.push(Candidate(count: current, left: best.left, right: best.right))
        }
        continue
      }
      guard current >= minimumFrequency else { break }
      let token = (vocabulary.token(best.left) ?? "") + (vocabulary.token(best.right) ?? "")
      let merged = vocabulary.id(of: token) ?? Int32(vocabulary.size)
      try vocabulary.insert(token, id: Int(merged), file: nil, key: "vocab")
      rules.append(
        BPEModel.Rule(
          left: best.left, right: best.right, merge: Merge(rank: Int32(rules.count), merged: merged)))
      merge(best.left, best.right, into: merged)
    }
    return rules
  }

  private func count(_ left: Int32, _ right: Int32) -> Int {
    pairs[left, right].map { pairCounts[Int($0.merged)] } ?? 0
  }

  private mutating func merge(_ left: Int32, _ right: Int32, into merged: Int32) {
    guard let pair = pairs[left, right].map({ Int($0.merged) }) else { return }
    let affected = pairWords[pair]
    pairWords[pair] = []
    for word in affected { mergeWord(Int(word), left, right, merged) }
    pairCounts[pair] = 0
    queueRisen()
  }

  private mutating func mergeWord(_ word: Int, _ left: Int32, _ right: Int32, _ merged: Int32) {
    let weight = counts[word]
    var symbols = words[word]
    var index = 0
    while index + 1 < symbols.count {
      guard symbols[index] == left, symbols[index + 1] == right else {
        index += 1
        continue
      }
      if index > 0 {
        change(symbols[index - 1], left, by: -weight, in: word)
        change(symbols[index - 1], merged, by: weight, in: word)
      }
      if index + 2 < symbols.count {
        change(right, symbols[index + 2], by: -weight, in: word)
        change(merged, symbols[index + 2], by: weight, in: word)
      }
      symbols[index] = merged
      symbols.remove(at: index + 1)
      index += 1
    }
    words[word] = symbols
  }

  private mutating func change(_ left: Int32, _ right: Int32, by amount: Int, in word: Int) {
    let pair: Int
    if let known = pairs[left, right] {
      pair = Int(known.merged)
    } else {
      pair = pairCounts.count
      pairs.set(left, right, Merge(rank: 0, merged: Int32(pair)))
      pairCounts.append(0)
      pairWords.append([])
      isRisen.append(false)
    }
    pairCounts[pair] += amount
    guard amount > 0 else { return }
    if pairWords[pair].last != Int32(word) { pairWords[pair].append(Int32(word)) }
    if !isRisen[pair] {
      isRisen[pair] = true
      risen.append((left, right))
    }
  }

  private mutating func queueRisen() {
    for (left, right) in risen {
      guard let pair = pairs[left, right].map({ Int($0.merged) }) else { continue }
      isRisen[pair] = false
      if pairCounts[pair] >= minimumFrequency {
        queue.push(Candidate(count: pairCounts[pair], left: left, right: right))
      }
    }
    risen.removeAll(keepingCapacity: true)
  }
}
