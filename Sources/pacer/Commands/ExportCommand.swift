import ArgumentParser
import Training

/// `pacer export`
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a trained model in a format that an inference engine reads.",
    discussion: """
      engine: one HDF5 file (docs/engine-format.md). hf: a Hugging Face folder. gguf: a file for llama.cpp.

      EXAMPLES
        pacer export runs/quickstart --format hf --out drafter
        pacer export runs/quickstart/checkpoints/step-600 --format engine --out drafter.h5 --dtype f16
        pacer export runs/quickstart --format gguf --out drafter.gguf --dtype q8_0 --target target.gguf
      """)

  @Argument(help: "A run folder (its best checkpoint), a checkpoint, or a model.")
  var source: String

  @Option(help: "engine, hf or gguf.")
  var format: String

  @Option(help: "Where to.")
  var out: String

  @Option(help: "f32, f16 or bf16; q8_0 for gguf.")
  var dtype = "f32"

  @Option(help: "The model to draft for: gguf is refused where llama.cpp would refuse the two together.")
  var target: String?

  @Flag(help: "Replace an earlier export.")
  var force = false

  @OptionGroup var compute: ComputeOptions

  func validate() throws {
    guard ExportStageRecipe.ElementType(rawValue: dtype) != nil else {
      throw ValidationError("--dtype takes f32, f16, bf16 or q8_0.")
    }
  }

  func run() throws {
    var action = ExportAction(source: source, format: format, path: out)
    action.elementType = ExportStageRecipe.ElementType(rawValue: dtype) ?? .float32
    action.force = force
    action.target = target
    let advice = try action.run(on: compute.backend())
    Console.note("exported \(out)")
    for line in advice { Console.note(line) }
  }
}
