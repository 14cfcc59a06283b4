package import DraftData
internal import FileSystem

/// Compares the tensors that a file has with those that an architecture wants.
package enum TensorComparison {
  /// Names that older writers put into files although no model has such a parameter.
  private static let ignoredSuffixes = [".rotary_emb.inv_freq"]
  private static let shownCount = 20

  /// Compares names and shapes.
  ///
  /// - Throws: one `InputError` that lists every missing, extra and misshapen tensor.
  package static func check(_ source: any TensorSource, against wanted: [(name: String, shape: [Int])]) throws
  {
    let known = Set(wanted.map(\.name))
    var problems: [String] = []
    for (name, shape) in wanted {
      guard let found = source.shape(of: name) else {
        problems.append("\(name) is missing")
        continue
      }
      if found != shape { problems.append("\(name) is \(found), expected \(shape)") }
    }
    for name in source.names where !known.contains(name) {
      // A head that is tied to the embedding may be stored all the same.
      if ignoredSuffixes.contains(where: name.hasSuffix) || name == "lm_head.weight" { continue }
      problems.append("\(DisplayText.escaped(name)) does not belong to this architecture")
    }
    guard !problems.isEmpty else { return }
    let shown = problems.prefix(shownCount).joined(separator: "; ")
    let more = problems.count > shownCount ? " and \(problems.count - shownCount) more" : ""
    throw InputError(.badData, file: source.location, key: "tensors", found: shown + more)
  }
}
