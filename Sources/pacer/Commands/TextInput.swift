import ArgumentParser
import FileSystem

/// Text from the command line or a file.
struct TextInput: ParsableArguments {
  @Option(help: "The text.")
  var text: String?

  @Option(help: "A file with the text, byte for byte.")
  var textFile: String?

  private static let largestText = 1 << 30

  func validate() throws {
    guard (text == nil) != (textFile == nil) else {
      throw ValidationError("Give the text with either --text or --text-file.")
    }
  }

  func bytes() throws -> [UInt8] {
    if let text { return Array(text.utf8) }
    return try textFile.map { try File.readAll($0, limit: Self.largestText) } ?? []
  }
}
