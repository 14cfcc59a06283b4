package import FileSystem

/// A key that comes from the environment, goes into one header and is never shown: whoever prints it gets its name.
package struct Secret: Sendable, CustomStringConvertible, CustomReflectable {
  private let value: String
  private let variable: String

  /// Reads a key.
  ///
  /// - Parameters:
  ///   - variable: the name of the variable that holds it.
  ///   - environment: where to look.
  /// - Throws: `InputError` when the variable is not set, or holds what no header can.
  package init(variable: String, in environment: [String: String]) throws(InputError) {
    guard let value = environment[variable], !value.isEmpty else {
      throw InputError(
        .usage, key: "key_variable", found: "the environment variable \(variable) is not set",
        expected: "the server's key in it")
    }
    guard value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw InputError(
        .usage, key: "key_variable",
        found: "the environment variable \(variable) holds blanks or other characters that no key has",
        expected: "the key alone")
    }
    (self.value, self.variable) = (value, variable)
  }

  /// The header that carries it.
  var authorization: (name: String, value: String) { ("Authorization", "Bearer " + value) }

  /// A text without the key.
  func hidden(in text: String) -> String { text.replacing(value, with: "[\(variable)]") }

  package var description: String { "[\(variable)]" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
