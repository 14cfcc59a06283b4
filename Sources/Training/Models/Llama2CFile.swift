internal import DraftData
package import FileSystem

/// A checkpoint of llama2.c: the legacy header or version 1, float32.
package final class Llama2CFile {
  /// The architecture that the header declares.
  package let configuration: ModelConfiguration
  private let file: File
  private let layout: Llama2CLayout
  private let places: [String: Int]

  /// `ak42` as a little-endian integer.
  private static let magic: Int32 = 0x616b_3432

  /// Reads the header and checks it against the file's size.
  ///
  /// - Throws: `InputError` for a header that makes no sense, a version other than 1, or a file of another size.
  package init(path: String) throws {
    file = try File(path, .read)
    let size = try file.size()
    guard size >= 256 else {
      throw InputError(.badData, file: path, found: "found \(size) bytes", expected: "a llama2.c checkpoint")
    }
    let words: [Int32] = try file.read(at: 0, count: 16)
    let isVersioned = words[0] == Self.magic
    if isVersioned, words[1] != 1 {
      throw InputError(
        .badData, file: path, at: .byte(4), key: "version", found: "found \(words[1])",
        expected: "1 (float32)", remedy: "Export the model with llama2.c's export.py --version 1")
    }
    // The legacy header marks an untied head by a negative vocabulary; version 1 has a byte for it.
    let sizes = words[(isVersioned ? 2 : 0)...].prefix(7).map { Int($0) }
    let isTied = isVersioned ? words[9] & 0xff != 0 : sizes[5] > 0
    configuration = try Self.configuration(sizes, isTied: isTied, path: path)
    layout = isVersioned ? Llama2CLayout(version1: configuration) : Llama2CLayout(legacy: configuration)
    places = Dictionary(
      layout.tensors.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    guard layout.end == size else {
      throw InputError(
        .badData, file: path, found: "found \(size) bytes",
        expected: "\(layout.end) bytes for the sizes in its header \(sizes)")
    }
  }

  private static func configuration(_ sizes: [Int], isTied: Bool, path: String) throws -> ModelConfiguration {
    let (hidden, inner, layers, heads) = (sizes[0], sizes[1], sizes[2], sizes[3])
    let (kvHeads, vocabulary, positions) = (sizes[4], abs(sizes[5]), sizes[6])
    let limit = 1 << 20
    let isSane =
      [hidden, inner, vocabulary, positions].allSatisfy { (1...limit).contains($0) }
      && (1...1024).contains(layers) && (1...hidden).contains(heads) && (1...heads).contains(kvHeads)
      && hidden % heads == 0 && heads % kvHeads == 0 && (hidden / heads) % 2 == 0
    guard isSane else {
      throw InputError(
        .badData, file: path, at: .byte(0), key: "header", found: "found the sizes \(sizes)",
        expected: "dim, hidden_dim, layers, heads, kv_heads, vocabulary, positions of a Llama")
    }
    // Sequences of llama2.c are separated by the begin token, so that it ends a text as well.
    return ModelConfiguration(
      vocabularySize: vocabulary, hiddenSize: hidden, feedForwardSize: inner, layerCount: layers,
      headCount: heads, kvHeadCount: kvHeads, normEpsilon: 1e-5, ropeTheta: 10_000, tiesEmbeddings: isTied,
      maxPositions: positions, beginToken: 1, endTokens: [1, 2])
  }
}

extension Llama2CFile: TensorSource {
  package var location: String { file.path }

  package var names: [String] {
    layout.tensors.map(\.name).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  package func shape(of name: String) -> [Int]? { places[name].map { Self.shape(layout.tensors[$0]) } }

  private static func shape(_ tensor: Llama2CLayout.Tensor) -> [Int] {
    tensor.name.hasSuffix("norm.weight") ? [tensor.columns] : [tensor.rows, tensor.columns]
  }

  /// Reads rows of a tensor under Hugging Face's name, with rotary rows in half-split order.
  package func read(_ name: String, rows: Range<Int>, into values: inout MutableSpan<Float>)
    throws(InputError)
  {
    let shape = try requiredShape(of: name)
    guard let place = places[name] else { preconditionFailure("a name with a shape has a place") }
    let tensor = layout.tensors[place]
    let rowSize = shape.dropFirst().reduce(1, *)
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= shape[0] && values.count == rows.count * rowSize,
      "\(name): rows \(rows) of \(shape) into \(values.count) elements")
    guard tensor.interleavedHeadSize > 0 else {
      return try file.read(at: tensor.offset + 4 * rows.lowerBound * rowSize, into: &values)
    }
    for (index, row) in rows.enumerated() {
      let source = tensor.offset + 4 * tensor.interleavedRow(row) * rowSize
      let elements = try file.read(at: source, count: rowSize, as: Float.self)
      for column in 0..<rowSize { values[index * rowSize + column] = elements[column] }
    }
  }
}
