/// A heap of token indices, the most likely on top, that finds the kept set of top-k and top-p without sorting
/// the whole vocabulary and without allocating.
struct TokenHeap: Sendable {
  /// The heap in `0..<count`; taken tokens behind it, the latest first.
  private var tokens: [Int32]
  private var count = 0

  init(vocabularySize: Int) {
    tokens = (0..<Int32(vocabularySize)).map { $0 }
  }

  /// Zeroes the weights `[v]` of all tokens outside the kept set and returns the sum of the others.
  mutating func restrict(_ weights: inout [Double], total: Double, topK: Int?, topP: Double?) -> Double {
    build(weights)
    var mass = total
    if let topK, topK < tokens.count {
      mass = 0
      for _ in 0..<topK { mass += weights[Int(take(weights))] }
      for i in 0..<count { weights[Int(tokens[i])] = 0 }
      if topP == nil { return mass }
      build(weights)
    }
    guard let topP, topP < 1 else { return mass }
    var kept = 0.0
    repeat { kept += weights[Int(take(weights))] } while kept < topP * mass && count > 0
    for i in 0..<count { weights[Int(tokens[i])] = 0 }
    return kept
  }

  private mutating func build(_ weights: [Double]) {
    count = tokens.count
    for parent in stride(from: count / 2 - 1, through: 0, by: -1) { siftDown(parent, weights) }
  }

  private mutating func take(_ weights: [Double]) -> Int32 {
    let top = tokens[0]
    count -= 1
    tokens.swapAt(0, count)
    siftDown(0, weights)
    return top
  }

  private mutating func siftDown(_ start: Int, _ weights: [Double]) {
    var parent = start
    while true {
      var best = parent
      for child in 2 * parent + 1..<2 * parent + 3 where child < count {
        if precedes(tokens[child], tokens[best], weights) { best = child }
      }
      if best == parent { return }
      tokens.swapAt(parent, best)
      parent = best
    }
  }

  private func precedes(_ a: Int32, _ b: Int32, _ weights: [Double]) -> Bool {
    let (wa, wb) = (weights[Int(a)], weights[Int(b)])
    return wa > wb || (wa == wb && a < b)
  }
}
