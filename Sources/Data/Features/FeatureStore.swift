package import FileSystem
import HDF5

/// The hidden states of a corpus on disk, read document by document in any order.
///
/// It holds no file open: a stretch of a document costs the opening of its shard, a fraction of a millisecond, and what is
/// read passes the checksums of its chunks.
package struct FeatureStore: FeatureSource {
  /// One file.
  struct Shard: Sendable {
    let path: String
    let group: FeatureGroup
    /// Where each document begins in it, and the end of the last one.
    let offsets: [Int]
  }

  package let description: FeatureDescription
  package let states: [FeatureState]
  package let fingerprint: UInt64
  private let shards: [Shard]
  /// The number of the first document of each shard, and the end of the last one.
  private let starts: [Int]
  /// The place of each wanted state in the description.
  private let places: [Int]

  package var width: Int { description.hiddenSize }

  init(
    _ shards: [Shard], starts: [Int], description: FeatureDescription, states: [FeatureState],
    fingerprint: UInt64
  ) {
    (self.shards, self.starts, self.description) = (shards, starts, description)
    (self.states, self.fingerprint) = (states, fingerprint)
    places = states.map { state in
      guard let place = description.states.firstIndex(of: state) else {
        preconditionFailure("\(state) is not stored")
      }
      return place
    }
  }

  package func read(
    _ tokens: Range<Int>, of document: Int, into values: inout [[Float]], at row: Int
  ) throws(InputError) {
    let number = starts.shard(of: document)
    let shard = shards[number]
    let start = shard.offsets[document - starts[number]]
    let file = try HDF5File(reading: shard.path)
    for (index, place) in places.enumerated() {
      try shard.group.read(
        place, start + tokens.lowerBound..<start + tokens.upperBound, from: file, into: &values[index],
        at: row)
    }
  }
}

extension [Int] {
  /// The shard that holds a document, where these are the numbers of each shard's first document and the end of the last.
  func shard(of document: Int) -> Int {
    var (low, high) = (0, count - 2)
    while low < high {
      let middle = (low + high) / 2
      if self[middle + 1] <= document { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
