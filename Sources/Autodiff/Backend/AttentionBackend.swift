/// The sizes of an attention over packed sequences.
package struct AttentionSize: Sendable, Hashable {
  /// Number of sequences.
  package var batch: Int
  /// Rows per sequence.
  package var length: Int
  /// Keys per sequence.
  package var keyLength: Int
  /// Query heads.
  package var heads: Int
  /// Key/value heads; query head h reads key/value head h / (heads / kvHeads).
  package var kvHeads: Int
  /// Elements per head.
  package var headSize: Int
  /// What scores are multiplied by before the softmax.
  package var scale: Float
  /// How many keys of its range, the last ones, a row sees at most (sliding-window attention; Beltagy et al. 2020);
  /// nil: all.
  package var window: Int?

  /// The usual scale is 1/sqrt(headSize), and there are as many keys as rows.
  package init(
    batch: Int, length: Int, keyLength: Int? = nil, heads: Int, kvHeads: Int, headSize: Int,
    scale: Float? = nil, window: Int? = nil
  ) {
    precondition(window.map { $0 > 0 } ?? true, "a window of \(window ?? 0) keys shows nothing")
    precondition(
      kvHeads > 0 && heads % kvHeads == 0, "\(heads) heads cannot share \(kvHeads) key/value heads")
    self.batch = batch
    self.length = length
    self.keyLength = keyLength ?? length
    self.heads = heads
    self.kvHeads = kvHeads
    self.headSize = headSize
    self.scale = scale ?? 1 / Float(headSize).squareRoot()
    self.window = window
  }
}

/// A key/value cache: `lines` independent sequences of up to `capacity` positions.
package struct CacheSize: Sendable, Hashable {
  package var lines: Int
  package var capacity: Int
  package var kvHeads: Int
  package var headSize: Int

  /// A cache for one layer.
  package init(lines: Int, capacity: Int, kvHeads: Int, headSize: Int) {
    self.lines = lines
    self.capacity = capacity
    self.kvHeads = kvHeads
    self.headSize = headSize
  }

  /// Positions in a tile, which kernels work on together.
  package static let tile = 16

  /// Tiles of a line.
  package var tileCount: Int { (capacity + Self.tile - 1) / Self.tile }

  /// Of keys and of values: `[lines * kvHeads, tiles, headSize * 16]`. Element d of position p stands in tile p / 16 at
  /// d * 16 + p % 16.
  package var shape: Shape { [lines * kvHeads, tileCount, headSize * Self.tile] }
}

/// What stands at a position of a cache line is wanted at another.
package struct CacheCopy: Sendable, Hashable {
  package let line: Int
  package let source: Int
  package let target: Int

  /// Position `source` of `line` becomes position `target` as well.
  package init(line: Int, from source: Int, to target: Int) {
    (self.line, self.source, self.target) = (line, source, target)
  }
}

/// Attention that never writes a score matrix.
package protocol AttentionBackend: AnyObject {
  /// Rows of a sequence see keys of their own sequence, as `mask` says.
  /// q, y: [batch*length, heads*headSize], k, v: [batch*keyLength, kvHeads*headSize], logSumExp: [batch*length, heads].
  func attention(
    q: Slot, k: Slot, v: Slot, mask: AttentionMask<Slot>, into y: Slot, logSumExp: Slot, _ size: AttentionSize
  )
  /// Elements of scratch that `attentionBackward` needs.
  func attentionBackwardScratch(_ size: AttentionSize) -> Int
  func attentionBackward(
    q: Slot, k: Slot, v: Slot, mask: AttentionMask<Slot>, y: Slot, logSumExp: Slot, dy: Slot,
    dq: GradientSlot?, dk: GradientSlot?, dv: GradientSlot?, scratch: Slot, _ size: AttentionSize)
  /// Writes every row's k and v into its cache line at its position, then lets the row see that line up to itself, or
  /// what `tree` says, or the last `window` of these. sequences, positions: int [rows]; a negative sequence marks a
  /// padding row, which gets zeros.
  func cachedAttention(
    q: Slot, k: Slot, v: Slot, sequences: Slot, positions: Slot, keys: Slot, values: Slot,
    tree: CachedTree<Slot>?, window: Int?, into y: Slot, rows: Int, heads: Int, scale: Float,
    _ cache: CacheSize)
  /// Copies positions of keys or values within their lines, one after another. store: `CacheSize.shape`.
  func copyCached(_ copies: [CacheCopy], in store: Slot, _ cache: CacheSize)
}
