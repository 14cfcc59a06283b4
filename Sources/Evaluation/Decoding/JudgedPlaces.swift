/// The places of a run at which the target judged what was drafted: of every cycle the root, and each accepted node
/// behind which something was drafted, so up to the first rejection, as long as the text goes on there.
///
/// No more than a number of them is kept, of long runs every n-th in the order in which they were judged: rows of the
/// whole vocabulary are large. n is a power of two, and more than half of that number is kept.
package struct JudgedPlaces: Sendable, Hashable {
  /// How many there were.
  package private(set) var count = 0
  /// Those that are kept, in the order in which they were judged.
  package private(set) var kept: [JudgedPlace] = []
  private let limit: Int
  private var stride = 1

  /// None yet, and room for so many.
  package init(limit: Int) {
    precondition(limit >= 0, "JudgedPlaces: room for \(limit)")
    self.limit = limit
  }

  /// Counts a place, and asks for it where it will be kept.
  package mutating func take(_ place: () -> JudgedPlace) {
    let index = count
    count += 1
    guard limit > 0, index.isMultiple(of: stride) else { return }
    if kept.count == limit {
      kept = kept.indices.filter { $0.isMultiple(of: 2) }.map { kept[$0] }
      stride *= 2
    }
    if index.isMultiple(of: stride), kept.count < limit { kept.append(place()) }
  }
}
