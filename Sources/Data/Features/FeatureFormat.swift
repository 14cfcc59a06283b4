/// The names inside the group of hidden states; `docs/feature-corpus.md` explains them.
enum FeatureFormat {
  static let group = "features"
  static let final = "features/final"
  static let residuals = "features/residual"

  /// By which rule the states of the residual stream are numbered.
  enum LayerRule: String, CaseIterable {
    /// How many layers have been applied there.
    case layersApplied = "layers-applied"
    /// The index, from 0, of the layer that it comes out of: one less.
    case outputOfLayer = "output-of-layer"

    func layersApplied(_ number: Int) -> Int { self == .layersApplied ? number : number + 1 }
    func number(layersApplied: Int) -> Int { self == .layersApplied ? layersApplied : layersApplied - 1 }
  }

  /// Where Pacer writes a state.
  static func place(of state: FeatureState) -> String {
    switch state {
    case .final: final
    case .residual(let count): "\(residuals)/\(count)"
    }
  }

  /// Bytes of a chunk: training reads a few hundred rows here and there.
  static let chunkBytes = 64 << 10
}
