public import FileSystem

/// Where a value of a recipe was written; decides how errors point at it and what `recipe show` says of it.
public enum RecipePlace: Sendable, Equatable {
  /// Nowhere: the declared default.
  case declaration
  /// One-based line and column of the recipe file.
  case file(line: Int, column: Int)
  /// A `key=value` of the command line, whole.
  case override(String)
  /// A `name=value` of the command line that gives a declared input, by name.
  case input(String)

  /// The position inside the file, where there is one.
  public var position: InputError.Position? {
    guard case .file(let line, let column) = self else { return nil }
    return .line(line, column: column)
  }

  /// `default`, `line 12`, `command line` or `input text`.
  public var origin: String {
    switch self {
    case .declaration: "default"
    case .file(let line, _): "line \(line)"
    case .override: "command line"
    case .input(let name): "input \(name)"
    }
  }
}
