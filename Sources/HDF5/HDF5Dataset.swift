import CHDF5
package import FileSystem

/// A dataset of an open file: typed, shaped, checked before a byte of it is read.
///
/// "Rows" are indices of the first dimension; a row holds `rowSize` elements. Must not outlive its file.
package struct HDF5Dataset: ~Copyable {
  /// Path inside the file.
  package let name: String
  /// `[rows, …]`, at least one dimension.
  package let shape: [Int]
  package let elementType: HDF5ElementType
  let file: String
  let handle: HDF5Handle

  init(name: String, shape: [Int], elementType: HDF5ElementType, file: String, handle: consuming HDF5Handle) {
    (self.name, self.shape, self.elementType, self.file) = (name, shape, elementType, file)
    self.handle = handle
  }

  /// Indices of the first dimension.
  package var rowCount: Int { shape[0] }
  /// Elements of one row.
  package var rowSize: Int { shape.dropFirst().reduce(1, *) }
  /// Elements in all.
  package var count: Int { shape.reduce(1, *) }

  /// Throws unless the dataset has this type and shape; nil stands for any size.
  package func require(_ type: HDF5ElementType? = nil, shape expected: [Int?]? = nil) throws(InputError) {
    if let type, type != elementType {
      throw error(found: "elements of type \(elementType.rawValue)", expected: type.rawValue)
    }
    guard let expected else { return }
    let fits = expected.count == shape.count && zip(expected, shape).allSatisfy { $0 == nil || $0 == $1 }
    if !fits {
      let text = expected.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
      throw error(found: "the shape \(shape)", expected: "[\(text)]")
    }
  }

  /// Something that is wrong with this dataset.
  package func error(found: String, expected: String? = nil) -> InputError {
    InputError(.badData, file: file, key: DisplayText.escaped(name), found: found, expected: expected)
  }
}
