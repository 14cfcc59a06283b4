internal import Autodiff
internal import Models
internal import Randomness

/// The target's half of a cycle: one call over the trees of all lines, the rule on each, and its cache put in order.
struct TreeScoring {
  private let target: CachedDecoder
  private let seed: UInt64
  private var chooser: TokenChooser
  private var likeliestRule: SampledTreeRule
  /// For candidates that were drawn; nil where they are the likeliest.
  private let drawnRule: DrawnTreeRule?
  /// The target's distributions after the nodes of the tree that was judged last, unless it was greedy.
  private(set) var rows: ProbabilityRows
  /// The row of each tree's root in the last call.
  private var firstRows: [Int] = []

  init(_ target: CachedDecoder, shape: DraftShape, seed: UInt64) {
    self.target = target
    self.seed = seed
    chooser = TokenChooser(vocabularySize: target.vocabularySize)
    likeliestRule = SampledTreeRule(vocabularySize: target.vocabularySize)
    drawnRule = shape.draw.rule.map { DrawnTreeRule($0) }
    rows = ProbabilityRows(rowCount: shape.nodeCount, vocabularySize: target.vocabularySize)
  }

  /// Reads a whole prompt, shows the states of its positions in order if that is asked for, and chooses the first new
  /// token.
  mutating func prefill(
    _ line: DecodingLine, showingStates: Bool, _ take: (ArraySlice<Float>) -> Void
  ) -> Int32 {
    let step = target.rowLimit
    for start in stride(from: 0, to: line.promptCount, by: step) {
      let positions = start..<min(start + step, line.promptCount)
      let isLast = positions.upperBound == line.promptCount
      target.forward(
        tokens: Array(line.tokens[positions]),
        sequences: [Int32](repeating: line.cacheLine, count: positions.count),
        positions: positions.map(Int32.init), outputs: isLast ? [positions.count - 1] : [])
      guard showingStates else { continue }
      for row in positions.indices { take(target.features(of: row - start)) }
    }
    return chooser.next(target, output: 0, line, seed: seed, scratch: &rows)
  }

  /// Runs the target over all trees.
  mutating func score(_ lines: [DecodingLine], _ trees: [DraftedTree]) {
    var (tokens, sequences, positions): ([Int32], [Int32], [Int32]) = ([], [], [])
    var places = TreePlaces()
    firstRows.removeAll(keepingCapacity: true)
    for (line, tree) in zip(lines, trees.map(\.tree)) {
      let root = line.tokens.count - 1
      firstRows.append(tokens.count)
      for node in 0..<tree.count {
        tokens.append(tree.tokens[node])
        sequences.append(line.cacheLine)
        positions.append(Int32(root + tree.depths[node]))
        places.append(
          slot: Int32(root + node), prefixEnd: Int32(root),
          ancestors: tree.path(to: node).map { Int32(root + $0) })
      }
    }
    target.forward(
      tokens: tokens, sequences: sequences, positions: positions, outputs: Array(tokens.indices),
      tree: places)
  }

  /// Applies the rule to the tree of line `index`.
  mutating func verdict(_ line: DecodingLine, index: Int, _ drafted: DraftedTree) -> TreeVerdict {
    let (first, tree) = (firstRows[index], drafted.tree)
    if line.sampling.isGreedy {
      let choices = (0..<tree.count).map { target.argmax(output: first + $0) }
      return GreedyTreeRule.verify(tree: tree, targetChoices: choices[...])
    }
    for node in 0..<tree.count {
      chooser.warp(target, output: first + node, line.sampling, into: &rows, at: node)
    }
    var stream = RandomStream(
      seed: seed, purpose: .verification, sequence: line.sequence, step: line.newTokenCount)
    if let drawnRule {
      return drawnRule.verify(
        tree: tree, target: rows, targetRow: 0, distributions: drafted.distributions, decisions: &stream)
    }
    return likeliestRule.verify(tree: tree, target: rows, targetRow: 0, decisions: &stream)
  }

  /// Shows the target's states of the root and the accepted nodes, in order.
  func states(_ verdict: TreeVerdict, index: Int, _ take: (ArraySlice<Float>) -> Void) {
    for node in [0] + verdict.acceptedNodes { take(target.features(of: firstRows[index] + node)) }
  }

  /// Puts the accepted nodes of a tree behind the text that they continue; `root` is the position of its root.
  func settle(_ verdict: TreeVerdict, line: Int32, root: Int) {
    let copies = verdict.acceptedNodes.enumerated().compactMap { offset, node in
      node == offset + 1 ? nil : CacheCopy(line: Int(line), from: root + node, to: root + offset + 1)
    }
    target.move(copies)
  }
}
