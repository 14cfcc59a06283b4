import ArgumentParser
import Autodiff
import Training

/// How a model that is not trained is kept in memory.
struct StorageOptions: ParsableArguments {
  @Option(
    help: "The matrices of a model that is not trained, in memory: f32, bf16 or int8. Sums are float32.",
    transform: element)
  var storage = ElementType.float32

  private static func element(_ name: String) throws -> ElementType {
    if let storage = TargetRecipe.Storage(rawValue: name) { return storage.element }
    throw ValidationError("found '\(name)', expected f32, bf16 or int8")
  }
}
