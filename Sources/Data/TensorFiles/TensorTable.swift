internal import FileSystem

/// Where a tensor of a file lies and what it is.
protocol TensorTableEntry {
  var name: String { get }
}

/// A file that begins with a table of its tensors.
protocol TensorTable: TensorSource {
  associatedtype Entry: TensorTableEntry
  /// Sorted by the bytes of their names.
  var entries: [Entry] { get }
}

extension TensorTable {
  /// The tensor of that name, nil when there is none.
  func entry(_ name: String) -> Entry? {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].name.utf8.lexicographicallyPrecedes(name.utf8) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    guard low < entries.count, entries[low].name.utf8.elementsEqual(name.utf8) else { return nil }
    return entries[low]
  }

  /// The tensor of that name; throws when there is none.
  func requiredEntry(_ name: String) throws(InputError) -> Entry {
    if let entry = entry(name) { return entry }
    _ = try requiredShape(of: name)
    preconditionFailure("a name without an entry has no shape")
  }
}
