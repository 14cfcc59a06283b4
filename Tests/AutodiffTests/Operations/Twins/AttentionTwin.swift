import Autodiff

/// Attention written out: every score, every probability, in double precision.
enum AttentionTwin {
  /// The weighted mean of `values` rows under softmax(scale q · keys).
  ///
  /// - Parameters:
  ///   - keys: which rows of `k` and `v` are seen, each starting at the returned element.
  ///   - zeroKeys: how many keys and values of zeros are seen besides.
  static func attend(
    _ q: ArraySlice<Double>, scale: Double, size: Int, keys: [Int], zeroKeys: Int = 0, k: [Double],
    v: [Double]
  ) -> [Double] {
    let query = Array(q)
    let scores = keys.map { start -> Double in
      var sum = 0.0
      for d in 0..<size { sum += query[d] * k[start + d] }
      return sum * scale
    }
    let total = Scalar.logSumExp(scores + [Double](repeating: 0, count: zeroKeys))
    var y = [Double](repeating: 0, count: size)
    for (start, score) in zip(keys, scores) {
      let p = Scalar.exp(score - total)
      for d in 0..<size { y[d] += p * v[start + d] }
    }
    return y
  }

  /// q: [n, heads*headSize], k, v: [n, kvHeads*headSize].
  static func packed(
    q: [Double], k: [Double], v: [Double], firstKey: [Int32], _ size: AttentionSize
  ) -> [Double] {
    masked(q: q, k: k, v: v, mask: [firstKey], size)
  }

  /// The same with the numbers of an `AttentionMask`, in the order of its places, and apart from them how many keys of
  /// zeros each row sees. k, v: [m, kvHeads*headSize].
  static func masked(
    q: [Double], k: [Double], v: [Double], mask: [[Int32]], zeroKeys: [Int32]? = nil, _ size: AttentionSize
  ) -> [Double] {
    let (width, kvWidth) = (size.heads * size.headSize, size.kvHeads * size.headSize)
    var y: [Double] = []
    y.reserveCapacity(q.count)
    for row in 0..<size.batch * size.length {
      let start = row / size.length * size.keyLength
      let keys = visibleKeys(of: row, mask, size)
      for head in 0..<size.heads {
        let offset = head / (size.heads / size.kvHeads) * size.headSize
        let own = row * width + head * size.headSize
        y += attend(
          q[own..<own + size.headSize], scale: Double(size.scale), size: size.headSize,
          keys: keys.map { (start + $0) * kvWidth + offset }, zeroKeys: Int(zeroKeys?[row] ?? 0), k: k, v: v)
      }
    }
    return y
  }

  private static func visibleKeys(of row: Int, _ mask: [[Int32]], _ size: AttentionSize) -> [Int] {
    let end = mask.count > 1 ? Int(mask[1][row]) : row % size.length + 1
    let range = Array(Int(mask[0][row])..<end)
    guard mask.count > 2 else { return range }
    let width = mask[2].count / (size.batch * size.length)
    return range + mask[2][row * width..<(row + 1) * width].map(Int.init).filter { $0 >= 0 }
  }
}
