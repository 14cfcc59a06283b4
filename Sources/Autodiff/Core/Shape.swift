/// The extents of a row-major, contiguous tensor. A scalar has no extents and one element.
package struct Shape: Hashable, Sendable, CustomStringConvertible, ExpressibleByArrayLiteral {
  /// Outermost first.
  package let extents: [Int]

  /// A shape with the given extents, outermost first; traps when one is negative.
  package init(_ extents: [Int]) {
    precondition(extents.allSatisfy { $0 >= 0 }, "a shape cannot have negative extents: \(extents)")
    self.extents = extents
  }

  /// `[rows, columns]` as a literal.
  package init(arrayLiteral extents: Int...) { self.init(extents) }

  /// Number of elements.
  package var count: Int { extents.reduce(1, *) }
  /// The innermost extent, 1 for a scalar.
  package var columns: Int { extents.last ?? 1 }
  /// The product of all extents but the innermost, 1 for a scalar.
  package var rows: Int { extents.dropLast().reduce(1, *) }
  /// Number of extents.
  package var rank: Int { extents.count }
  /// `[2, 3]`.
  package var description: String { "[" + extents.map(String.init).joined(separator: ", ") + "]" }
}
