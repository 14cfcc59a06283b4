package import Autodiff

extension TargetRecipe.Storage {
  /// What the backend calls it.
  package var element: ElementType {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .int8: .int8
    }
  }
}
