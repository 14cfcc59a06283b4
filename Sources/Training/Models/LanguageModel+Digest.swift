internal import Autodiff
package import FileSystem

extension LanguageModel {
  /// Elements that are hashed at a time.
  private static var pieceCount: Int { 1 << 20 }

  /// SHA-256 of the weights that the model computes with, whatever file they came from: parameter after parameter, by the
  /// bytes of their names, the name in UTF-8, a zero byte, and the values as little-endian f32, row by row. A head that is
  /// the embedding is no parameter of its own. Matrices that are kept in fewer bytes count as the numbers they stand for.
  package func weightsDigest() -> SHA256Digest {
    var hash = SHA256()
    for parameter in store.parameters.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
      hash.update(Array(parameter.name.utf8) + [0])
      let columns = parameter.shape.columns
      let step = max(1, Self.pieceCount / columns) * columns
      for start in stride(from: 0, to: parameter.shape.count, by: step) {
        hash.update(store.read(parameter, at: start, count: min(step, parameter.shape.count - start)))
      }
    }
    return hash.finalize()
  }
}
