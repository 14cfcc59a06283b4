public import FileSystem

/// Everything that is wrong with one recipe, found in one pass.
public struct RecipeErrors: Error, Sendable, Equatable, CustomStringConvertible {
  /// In the order of the file; never empty.
  public let errors: [InputError]

  /// Collects what was found.
  public init(_ errors: [InputError]) {
    precondition(!errors.isEmpty, "RecipeErrors without an error")
    self.errors = errors
  }

  /// One line for each error.
  public var description: String { errors.map(\.description).joined(separator: "\n") }
}
