/// Which keys each row of an attention sees, given by numbers that lie in tensors while a graph is recorded and in
/// slots while it runs.
///
/// Letters: n = batch · length rows, e = most extra keys of a row. Rows and keys are counted from the start of their
/// own sequence. Every row sees at least one key. What a mask costs is linear in n, as are its numbers.
package enum AttentionMask<Place: Sendable>: Sendable {
  /// Row i sees keys firstKey[i] ... i: causal within packed documents. firstKey: int [n].
  case causal(firstKey: Place)
  /// Row i sees keys firstKey[i] ..< endKey[i], which may lie after it: blocks of block diffusion (Arriola et al.
  /// 2025), or whole documents. firstKey, endKey: int [n].
  case ranges(firstKey: Place, endKey: Place)
  /// Row i sees such a range, which may be empty, and single keys outside it: a node's ancestors in a draft tree and
  /// itself (Miao et al., "SpecInfer", 2024), or its own keys of earlier unrolled passes (Li et al., "EAGLE-3", 2025).
  /// extraKeys: int [n, e], ascending in each row; negative numbers fill a row up at its end.
  case rangesAndExtraKeys(firstKey: Place, endKey: Place, extraKeys: Place)
  /// Row i sees what `mask` shows it and besides `counts[i]` keys of zeros, whose values are zeros: each has a score of 0,
  /// so that the others' weights sum to less than 1. PyTorch's `add_zero_attn` adds one such key to every row.
  /// counts: int [n], none negative.
  indirect case withZeroKeys(AttentionMask, counts: Place)

  /// The mask whose numbers lie in one, two or three places, and in another for zero keys, in the order of `places`.
  package init(places: [Place], hasZeroKeys: Bool = false) {
    guard !hasZeroKeys else {
      self = .withZeroKeys(AttentionMask(places: places.dropLast()), counts: places[places.count - 1])
      return
    }
    switch places.count {
    case 1: self = .causal(firstKey: places[0])
    case 2: self = .ranges(firstKey: places[0], endKey: places[1])
    case 3: self = .rangesAndExtraKeys(firstKey: places[0], endKey: places[1], extraKeys: places[2])
    default: preconditionFailure("attention: a mask has 1 to 3 inputs, not \(places.count)")
    }
  }

  /// What it shows of the keys that there are.
  var ofKeys: AttentionMask {
    guard case .withZeroKeys(let mask, _) = self else { return self }
    return mask
  }

  /// Where the numbers of zero keys lie; nil where rows see none.
  var zeroKeys: Place? {
    guard case .withZeroKeys(_, let counts) = self else { return nil }
    return counts
  }

  /// Where its numbers lie: first keys, ends, extra keys, numbers of zero keys, as far as it has them.
  package var places: [Place] {
    switch self {
    case .withZeroKeys(let mask, let counts): mask.places + [counts]
    case .causal(let firstKey): [firstKey]
    case .ranges(let firstKey, let endKey): [firstKey, endKey]
    case .rangesAndExtraKeys(let firstKey, let endKey, let extraKeys): [firstKey, endKey, extraKeys]
    }
  }
}

/// What the nodes of a draft tree see of a key/value cache: a prefix of their line and their ancestors.
///
/// A node's position in the cache is its own, while nodes of one depth share their rotary position.
package struct CachedTree<Place: Sendable>: Sendable {
  /// Row r sees positions 0 ..< prefixEnd[r] of its line, int [n].
  package let prefixEnd: Place
  /// Positions of row r's ancestors and of itself, none below prefixEnd[r], ascending, int [n, e]; negative numbers
  /// fill a row up at its end.
  package let ancestors: Place

  /// A tree by where its numbers lie.
  package init(prefixEnd: Place, ancestors: Place) {
    self.prefixEnd = prefixEnd
    self.ancestors = ancestors
  }
}
