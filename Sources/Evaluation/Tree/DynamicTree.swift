/// Builds a draft tree that grows where the drafter is confident: expand the best nodes level by level, then keep
/// the best of all candidates.
///
///     level 1:        the top-k tokens after the root; all k are the first frontier
///     `depth` times:  every row of the frontier proposes its top-k tokens; score = sum of log-probabilities on
///                     the path; the k best of the k² are the next frontier
///     re-rank:        of all k + depth · k² candidates the nodeCount − 1 best, and the root
///
/// `depth` counts expansions, as in EAGLE's code: the first level comes from the root, so the tree has up to
/// depth + 1 levels of drafted tokens below the root. Code depth 7 means 8 levels, depth 8 in the paper.
///
/// A score is never above the parent's. Among equal scores the lower index wins, candidates being numbered level
/// by level, so a parent is chosen before its children even where probabilities are exactly 1, and the chosen
/// candidates in ascending order are a connected tree in topological order.
///
/// The builder knows no models. Rows that the drafter runs are numbered in the order in which `frontier` asks for
/// them, over all expansions: with k rows each, row i of expansion e (from 0) has number e · k + i.
///
/// Source: Li et al., "EAGLE-2", 2024; `topK_genrate` of eagle/model/cnets.py.
package struct DynamicTree: Sendable {
  /// A token that was proposed.
  package struct Candidate: Sendable, Hashable {
    /// The proposed token.
    package let token: Int32
    /// The log-probability of the path from the root.
    package let score: Double
    /// 1 for children of the root.
    package let level: Int
    /// The number of the row that proposed it; nil for the root.
    package let row: Int?
    /// The index of its parent among all candidates; nil for children of the root.
    package let parent: Int?
  }

  /// How many nodes the finished tree has at most, the root included.
  package let nodeCount: Int
  /// How many expansions follow the first level.
  package let depth: Int
  /// k: how many tokens a row proposes at most, and how many rows a frontier has at most.
  package let topK: Int
  /// The last token that is known.
  package let root: Int32

  /// Everything that was proposed, level by level, row by row, the likeliest first.
  package private(set) var candidates: [Candidate] = []
  /// The rows to run now; empty before the first level is known and after the last expansion.
  package private(set) var frontier: [FrontierRow] = []
  /// Which candidate each row of the frontier reads.
  private var frontierCandidates: [Int] = []
  /// Which candidates all earlier rows have read, by the rows' numbers.
  private var rowCandidates: [Int] = []
  /// The number of the frontier's first row.
  private var firstRow = 0
  private var expansions = 0

  /// An empty tree.
  ///
  /// - Parameters:
  ///   - nodeCount: ≥ 1, the root included; EAGLE's `total_token`.
  ///   - depth: ≥ 0, expansions behind the first level.
  ///   - topK: ≥ 1.
  ///   - root: the last token that is known.
  package init(nodeCount: Int, depth: Int, topK: Int, root: Int32) {
    precondition(
      nodeCount >= 1 && depth >= 0 && topK >= 1,
      "DynamicTree: \(nodeCount) nodes, depth \(depth), top-k \(topK)")
    self.nodeCount = nodeCount
    self.depth = depth
    self.topK = topK
    self.root = root
  }

  /// Takes the first level: the top-k tokens after the root, the likeliest first.
  package mutating func start(_ proposals: [DraftCandidate]) {
    precondition(candidates.isEmpty, "DynamicTree: started twice")
    precondition(
      !proposals.isEmpty && proposals.count <= topK, "DynamicTree: \(proposals.count) of top \(topK)")
    candidates = proposals.map {
      Candidate(token: $0.token, score: $0.logProbability, level: 1, row: nil, parent: nil)
    }
    if depth > 0 { advance(to: Array(candidates.indices), numbered: 0) }
  }

  /// Takes what the rows of the frontier propose, and turns to the next frontier.
  ///
  /// - Parameter proposals: for each row of `frontier` its top-k tokens, the likeliest first.
  package mutating func expand(_ proposals: [[DraftCandidate]]) {
    precondition(
      !frontier.isEmpty && proposals.count == frontier.count,
      "DynamicTree: proposals of \(proposals.count) rows for a frontier of \(frontier.count)")
    rowCandidates += frontierCandidates
    let first = candidates.count
    for (row, tokens) in proposals.enumerated() {
      precondition(!tokens.isEmpty && tokens.count <= topK, "DynamicTree: \(tokens.count) of top \(topK)")
      let parent = frontierCandidates[row]
      let (score, level) = (candidates[parent].score, candidates[parent].level + 1)
      candidates += tokens.map {
        Candidate(
          token: $0.token, score: score + $0.logProbability, level: level, row: firstRow + row,
          parent: parent)
      }
    }
    expansions += 1
    let best = expansions < depth ? likeliest(topK, in: first..<candidates.count) : []
    advance(to: best, numbered: firstRow + frontier.count)
  }

  /// The candidates that the tree keeps, in its order: node i + 1 of `finish()` is the i-th of them.
  package func kept() -> [Candidate] { keptIndices().map { candidates[$0] } }

  /// The tree of the best candidates known so far, of fewer than `nodeCount` nodes where there are not enough.
  package func finish() -> DraftTree {
    let kept = keptIndices()
    var nodes = [Int](repeating: -1, count: candidates.count)
    for (i, candidate) in kept.enumerated() { nodes[candidate] = i + 1 }
    return DraftTree(
      tokens: [root] + kept.map { candidates[$0].token },
      parents: [-1] + kept.map { candidates[$0].parent.map { nodes[$0] } ?? 0 },
      pathLogProbabilities: [0] + kept.map { candidates[$0].score })
  }

  /// The nodes of `finish()` that have proposed, in the order in which they did, the root first; nil for those that it
  /// leaves out.
  package var proposers: [Int?] {
    let nodes = [Int: Int](uniqueKeysWithValues: zip(keptIndices(), 1...))
    return [0] + rowCandidates.map { nodes[$0] }
  }

  private func keptIndices() -> [Int] { likeliest(nodeCount - 1, in: candidates.indices).sorted() }

  /// The candidates with the highest scores, the highest first, the lower index first among equals.
  private func likeliest(_ count: Int, in range: Range<Int>) -> [Int] {
    let order = range.sorted { a, b in
      candidates[a].score > candidates[b].score || (candidates[a].score == candidates[b].score && a < b)
    }
    return Array(order.prefix(count))
  }

  /// Makes some candidates the frontier.
  private mutating func advance(to chosen: [Int], numbered number: Int) {
    let rows = chosen.enumerated().map { place, index in
      let candidate = candidates[index]
      let parentRow = candidate.row.map { $0 - firstRow }
      return FrontierRow(
        token: candidate.token, number: number + place,
        ancestors: parentRow.map { frontier[$0].ancestors + [firstRow + $0] } ?? [], proposalCount: topK)
    }
    frontier = rows
    frontierCandidates = chosen
    firstRow = number
  }
}
