import Autodiff

extension CacheSize {
  /// A cache's tiles as plain rows, [lines, capacity, kvHeads*headSize].
  func rows<Number>(ofTiles tiles: [Number]) -> [Number] {
    var rows: [Number] = []
    for line in 0..<lines {
      for position in 0..<capacity {
        for head in 0..<kvHeads {
          let tile = (line * kvHeads + head) * tileCount + position / 16
          rows += (0..<headSize).map { d in tiles[tile * headSize * 16 + d * 16 + position % 16] }
        }
      }
    }
    return rows
  }
}
