internal import FileSystem

/// An error of a template without its place, which the statement around it adds.
func jinjaError(_ found: String, expected: String? = nil, remedy: String? = nil) -> InputError {
  InputError(.badData, found: found, expected: expected, remedy: remedy)
}

/// Runs `body` and adds file and line to an error that has none.
func placingErrors<Result>(file: String?, line: Int, _ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch var error as InputError {
    if error.position == nil {
      error.file = file
      error.position = .line(line)
    }
    throw error
  }
}
