internal import FileSystem

/// A checkpoint of llama2.c: the legacy header or version 1, float32.
package final class Llama2CFile {
  /// The architecture that the header declares.
  package let configuration: LlamaConfiguration
  private let file: File
  private let layout: Llama2CLayout

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
    guard layout.end == size else {
      throw InputError(
        .badData, file: path, found: "found \(size) bytes",
        expected: "\(layout.end) bytes for the sizes in its header \(sizes)")
    }
  }

  private static func configuration(_ sizes: [Int], isTied: Bool, path: String) throws -> LlamaConfiguration {
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
    return LlamaConfiguration(
      vocabularySize: vocabulary, hiddenSize: hidden, feedForwardSize: inner, layerCount: layers,
      headCount: heads, kvHeadCount: kvHeads, normEpsilon: 1e-5, ropeTheta: 10_000, tiesEmbeddings: isTied,
      maxPositions: positions, beginToken: 1, endTokens: [1, 2])
  }
}

extension Llama2CFile {
  /// All tensor names with their shapes, under Hugging Face's names.
  package var shapes: [(name: String, shape: [Int])] {
    layout.tensors.map { ($0.name, $0.name.hasSuffix("norm.weight") ? [$0.columns] : [$0.rows, $0.columns]) }
  }

  /// The elements of a tensor, with rotary rows in half-split order.
  package func read(_ name: String) throws -> [Float] {
    guard let tensor = layout.tensors.first(where: { $0.name == name }) else {
      throw InputError(.badData, file: file.path, key: name, found: "there is no such tensor")
    }
    let values: [Float] = try file.read(at: tensor.offset, count: tensor.rows * tensor.columns)
    let size = tensor.interleavedHeadSize
    guard size > 0 else { return values }
    var halves: [Float] = []
    halves.reserveCapacity(values.count)
    for row in 0..<tensor.rows {
      let (head, place) = row.quotientAndRemainder(dividingBy: size)
      let (half, pair) = place.quotientAndRemainder(dividingBy: size / 2)
      let source = head * size + 2 * pair + half
      halves += values[source * tensor.columns..<(source + 1) * tensor.columns]
    }
    return halves
  }
}
