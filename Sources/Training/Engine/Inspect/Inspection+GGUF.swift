internal import DraftData
internal import FileSystem
internal import Models

extension Inspection {
  /// Elements of an array that are shown.
  private static let shownCount = 6

  /// A GGUF file, of whatever architecture: its keys and its tensors under their own names.
  static func gguf(_ path: String) throws -> InspectionReport {
    let file = try GGUFFile(path)
    let tensors = try TensorReading.facts(file) { file.elementType(of: $0)?.name ?? "" }
    var facts = file.keyValues.map { InspectionReport.Fact($0.key, json($0.value)) }
    do {
      facts.append(.init("has_tokenizer", .bool(try ModelLoader.open(path: path).tokenizerPlace != nil)))
    } catch let error as InputError {
      // Its tensors can be shown all the same.
      facts.append(.init("not_loadable", .string(error.description)))
    }
    return InspectionReport(path: path, kind: .gguf, facts: facts + [parameters(tensors)], tensors: tensors)
  }

  private static func json(_ value: GGUFValue) -> JSONValue {
    if let integer = value.integer { return .integer(integer) }
    switch value {
    case .string(let text): return .string(DisplayText.escaped(text))
    case .bool(let flag): return .bool(flag)
    case .array(_, let elements):
      if elements.count <= shownCount { return .array(elements.map(json)) }
      return .string("\(elements.count) elements")
    default:
      guard let number = value.double, number.isFinite else { return .null }
      // The shortest text that means the float, not the double nearest to it.
      if case .float32(let short) = value { return .number(Double(short.description) ?? number) }
      return .number(number)
    }
  }
}
