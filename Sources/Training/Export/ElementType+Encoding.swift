package import DraftData
internal import FileSystem
package import HDF5

extension ExportStageRecipe.ElementType {
  /// The type in safetensors files.
  package var tensorType: TensorElementType {
    switch self {
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .q8_0: preconditionFailure("safetensors files have no Q8_0")
    }
  }

  /// The type in HDF5 files.
  package var hdf5Type: HDF5ElementType {
    switch self {
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .q8_0: preconditionFailure("HDF5 files have no Q8_0")
    }
  }

  /// The name in `config.json`.
  var configurationName: String { hdf5Type.rawValue }

  /// `values`, whole rows, as they come back from the file.
  func rounded(_ values: [Float]) -> [Float] {
    switch self {
    case .float32: values
    case .float16: values.map { HalfPrecision.float(fromFloat16: HalfPrecision.float16Bits($0)) }
    case .bfloat16: values.map { HalfPrecision.float(fromBFloat16: HalfPrecision.bfloat16Bits($0)) }
    case .q8_0: Q8Rounding.rounded(values)
    }
  }

  /// Refuses values, whole rows, that are not finite, or would not be once rounded.
  ///
  /// - Parameter offset: the place of the first value in its tensor.
  func check(_ values: [Float], of name: String, at offset: Int) throws {
    let stored = values.allSatisfy(\.isFinite) ? rounded(values) : values
    guard let place = stored.firstIndex(where: { !$0.isFinite }) else { return }
    let isTooLarge = values[place].isFinite
    throw InputError(
      .badData, key: name, found: "element \(offset + place) is \(values[place])",
      expected: isTooLarge ? "a number that \(rawValue) can hold" : "finite weights",
      remedy: isTooLarge ? "Export as f32 or bf16" : nil)
  }
}
