internal import DraftData
internal import FileSystem

/// Numbers in the place of a target's hidden states, where only the time counts.
struct RandomFeatures: FeatureSource {
  let states: [FeatureState]
  let width: Int
  let fingerprint: UInt64 = 0

  func read(
    _ tokens: Range<Int>, of document: Int, into values: inout [[Float]], at row: Int
  ) throws(InputError) {
    for state in values.indices {
      for place in row * width..<(row + tokens.count) * width {
        values[state][place] = Float((place * 7919 + document) % 257 - 128) / 64
      }
    }
  }
}
