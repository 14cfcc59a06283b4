import FileSystem

/// One pass over a recipe: collects every error instead of stopping at the first.
public struct RecipeDecoding {
  /// The name of the recipe that errors show.
  let file: String
  private(set) var errors: [InputError] = []

  init(file: String, errors: [InputError] = []) {
    self.file = file
    self.errors = errors
  }

  /// Notes that something at `place` is wrong.
  ///
  /// - Parameters:
  ///   - path: dotted, `stages[1].steps`.
  mutating func report(
    _ found: String, expected: String? = nil, at place: RecipePlace, path: String, remedy: String? = nil
  ) {
    var error = InputError(.usage, key: path, found: found, expected: expected, remedy: remedy)
    switch place {
    case .declaration: error.file = file
    case .file:
      error.file = file
      error.position = place.position
    case .override(let text): error.found += " in '\(text)' of the command line"
    case .input(let name): error.found += " from input '\(name)' of the command line"
    }
    errors.append(error)
  }

  /// Notes that a value is not what its declaration says.
  mutating func mismatch(_ node: RecipeNode, _ shape: RecipeShape, path: String, remedy: String? = nil) {
    report("found \(node.found)", expected: shape.expectation, at: node.place, path: path, remedy: remedy)
  }

  /// Throws: `RecipeErrors` with everything reported, by place in the file.
  func finish() throws(RecipeErrors) {
    guard !errors.isEmpty else { return }
    let ordered = errors.enumerated().sorted { left, right in
      let (a, b) = (Self.order(left.element), Self.order(right.element))
      return a == b ? left.offset < right.offset : a < b
    }
    throw RecipeErrors(ordered.map(\.element))
  }

  private static func order(_ error: InputError) -> (Int, Int) {
    guard case .line(let line, let column) = error.position else { return (.max, 0) }
    return (line, column ?? 0)
  }
}
