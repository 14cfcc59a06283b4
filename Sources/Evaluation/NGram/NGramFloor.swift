package import FileSystem

/// The n-gram model that a drafter has to beat: its order, and the text it counts, which should be what the drafter
/// learnt.
package struct NGramFloor: Sendable {
  /// The orders that make sense; counts of longer sequences say little and take much memory.
  package static let orders = 1...16

  /// n: a token is predicted from the n − 1 before it.
  package let order: Int
  /// Token sequences; no n-gram crosses from one to the next.
  package let documents: [[Int32]]

  /// A floor with its text.
  ///
  /// - Throws: `InputError` (usage) for an order outside `orders`.
  package init(order: Int, documents: [[Int32]]) throws(InputError) {
    guard Self.orders.contains(order) else {
      throw InputError(
        .usage, key: "floor", found: "\(order)",
        expected: "a whole number from \(Self.orders.lowerBound) to \(Self.orders.upperBound)")
    }
    self.order = order
    self.documents = documents
  }
}
