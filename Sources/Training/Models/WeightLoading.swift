package import Autodiff
internal import FileSystem

extension ParameterStore {
  /// Names that older writers put into files although no model has such a parameter.
  private static let ignoredSuffixes = [".rotary_emb.inv_freq"]

  /// Fills every parameter from a file, one tensor at a time, after comparing the two lists of names.
  ///
  /// - Parameters:
  ///   - file: named in errors.
  ///   - shapes: the tensors that the file has.
  ///   - read: the elements of one tensor, row by row.
  /// - Throws: one `InputError` that lists every missing, extra and misshapen tensor.
  package func load(
    from file: String, shapes: [(name: String, shape: [Int])], read: (String) throws -> [Float]
  ) throws {
    try compare(file, shapes)
    for parameter in parameters {
      let values = try read(parameter.name)
      guard let place = values.firstIndex(where: { !$0.isFinite }) else {
        write(values, to: parameter)
        continue
      }
      throw InputError(
        .badData, file: file, key: parameter.name, found: "element \(place) is \(values[place])",
        expected: "finite weights")
    }
  }

  private func compare(_ file: String, _ shapes: [(name: String, shape: [Int])]) throws {
    let found = Dictionary(shapes.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
    let known = Set(parameters.map(\.name))
    var problems: [String] = []
    for parameter in parameters {
      guard let shape = found[parameter.name] else {
        problems.append("\(parameter.name) is missing")
        continue
      }
      if shape != parameter.shape.extents {
        problems.append("\(parameter.name) is \(shape), expected \(parameter.shape)")
      }
    }
    for (name, _) in shapes where !known.contains(name) {
      if Self.ignoredSuffixes.contains(where: name.hasSuffix) || isTiedHead(name) { continue }
      problems.append("\(name) does not belong to this architecture")
    }
    guard !problems.isEmpty else { return }
    let shown = problems.prefix(20).joined(separator: "; ")
    let more = problems.count > 20 ? " and \(problems.count - 20) more" : ""
    throw InputError(.badData, file: file, key: "tensors", found: shown + more)
  }

  /// A head that is tied to the embedding may be stored all the same.
  private func isTiedHead(_ name: String) -> Bool {
    name == "lm_head.weight" && !parameters.contains { $0.name == name }
  }
}
