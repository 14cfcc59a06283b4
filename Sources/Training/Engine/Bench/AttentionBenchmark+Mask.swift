internal import Autodiff

extension AttentionBenchmark {
  /// What rows see.
  package enum Mask: String, CaseIterable, Sendable {
    /// Everything up to themselves.
    case causal
    /// Their block of 16 and everything before it.
    case block
    /// In the first half of a sequence everything up to themselves; the second half are draft trees that continue it.
    case tree

    /// A tree of 30 nodes whose depth is 4: two children each. The root is -1, the last token of the text.
    static let treeParents = (0..<30).map { Int32($0 / 2 - 1) }

    /// The mask whose numbers lie in `places`: first keys, ends, extra keys.
    func over(_ places: [Slot]) -> AttentionMask<Slot> {
      switch self {
      case .causal: .causal(firstKey: places[0])
      case .block: .ranges(firstKey: places[0], endKey: places[1])
      case .tree: .rangesAndExtraKeys(firstKey: places[0], endKey: places[1], extraKeys: places[2])
      }
    }
  }

  /// The numbers of the mask, for all sequences.
  var visibleKeys: VisibleKeys {
    let firstKey = [Int32](repeating: 0, count: batch * length)
    switch mask {
    case .causal: return .causal(firstKey: firstKey, length: length)
    case .block: return .blocks(of: 16, firstKey: firstKey, length: length)
    case .tree:
      let parents = firstKey.indices.map { Self.parent(of: $0 % length, length: length) }
      return .trees(parents: parents, firstKey: firstKey, length: length)
    }
  }

  /// Trees stand one after another and hang evenly along the text.
  private static func parent(of place: Int, length: Int) -> Int32 {
    let text = (length + 1) / 2
    guard place >= text else { return -1 }
    let (tree, node) = (place - text).quotientAndRemainder(dividingBy: Mask.treeParents.count)
    let parent = Int(Mask.treeParents[node])
    let root = (tree + 1) * Mask.treeParents.count % text
    return Int32(parent < 0 ? root : text + tree * Mask.treeParents.count + parent)
  }
}
