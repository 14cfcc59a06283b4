package import FileSystem

/// A key of a GGUF file with its value, which knows where it stands: a wrong one is reported by file and key.
package struct GGUFField: Sendable {
  package let file: String
  package let key: String
  package let value: GGUFValue

  /// Places a value under `key` of `file`.
  package init(file: String, key: String, value: GGUFValue) {
    (self.file, self.key, self.value) = (file, key, value)
  }

  /// An error about this value.
  package func error(found: String, expected: String, remedy: String? = nil) -> InputError {
    InputError(.badData, file: file, key: key, found: found, expected: expected, remedy: remedy)
  }

  private func mismatch(_ expected: String) -> InputError {
    error(found: "a value of type \(value.type)", expected: expected)
  }

  /// The integer. Throws `InputError` for another type and for one outside `range`.
  package func int(in range: ClosedRange<Int>) throws(InputError) -> Int {
    guard let number = value.integer else { throw mismatch("an integer") }
    guard range.contains(number) else {
      throw error(
        found: "found \(number)", expected: "an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// The floating-point number. Throws `InputError` for another type and for one that is not finite.
  package func double() throws(InputError) -> Double {
    guard let number = value.double else { throw mismatch("a floating-point number") }
    guard number.isFinite else { throw error(found: "found \(number)", expected: "a finite number") }
    return number
  }

  /// The truth value. Throws `InputError` for another type.
  package func bool() throws(InputError) -> Bool {
    guard case .bool(let flag) = value else { throw mismatch("true or false") }
    return flag
  }

  /// The text. Throws `InputError` for another type.
  package func string() throws(InputError) -> String {
    guard case .string(let text) = value else { throw mismatch("a string") }
    return text
  }

  /// The texts of an array. Throws `InputError` for another type.
  package func strings() throws(InputError) -> [String] {
    guard case .array(.string, let elements) = value else { throw mismatch("an array of strings") }
    return elements.map { if case .string(let text) = $0 { text } else { "" } }
  }

  /// The integers of an array. Throws `InputError` for another type and for one beyond `Int`.
  package func integers() throws(InputError) -> [Int] {
    guard case .array(_, let elements) = value else { throw mismatch("an array of integers") }
    let numbers = elements.compactMap(\.integer)
    guard numbers.count == elements.count else { throw mismatch("an array of integers") }
    return numbers
  }

  /// The numbers of an array of floats. Throws `InputError` for another type and for one that is no number.
  package func floats() throws(InputError) -> [Float] {
    guard case .array(.float32, let elements) = value else { throw mismatch("an array of float32") }
    let numbers = elements.map { if case .float32(let number) = $0 { number } else { Float.nan } }
    if let place = numbers.firstIndex(where: \.isNaN) {
      throw error(found: "no number in element \(place)", expected: "numbers")
    }
    return numbers
  }
}
