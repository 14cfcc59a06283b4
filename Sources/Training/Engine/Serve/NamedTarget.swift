internal import Autodiff
internal import FileSystem
internal import Models

/// The target that a caller named by its path, loaded once and only if it is asked for: an export of a language model compares
/// no more than its tokens.
final class NamedTarget {
  private let path: String
  private let backend: CPUBackend
  private let positions: Int?
  private let storage: ElementType
  private var loaded: LoadedModel?

  init(_ path: String, on backend: CPUBackend, positions: Int?, storage: ElementType) {
    (self.path, self.backend, self.positions, self.storage) = (path, backend, positions, storage)
  }

  /// The model. Throws `InputError` when nothing is there or what is there is damaged.
  func model() throws -> LoadedModel {
    if let loaded { return loaded }
    let model = try ModelLoader.load(path: path, on: backend, positions: positions, storage: storage)
    loaded = model
    return model
  }
}
