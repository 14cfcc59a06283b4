import FileSystem
import Testing

@Suite struct PathTests {
  @Test(arguments: [
    ("a/b/c.h5", "a/b", "c.h5"), ("c.h5", ".", "c.h5"), ("/c", "/", "c"), ("a/b/", "a", "b"), ("/", "/", "/"),
  ])
  func aPathSplitsIntoFolderAndName(path: String, folder: String, name: String) {
    #expect(Path.folder(of: path) == folder)
    #expect(Path.name(of: path) == name)
  }

  @Test func joiningNeverDoublesASlash() {
    #expect(Path.joined("a", "b") == "a/b")
    #expect(Path.joined("a/", "b") == "a/b")
    #expect(Path.joined("", "b") == "b")
  }

  @Test(arguments: [
    "", ".", "..", "a/b", "/a", "a\nb", "a\0", "\u{1b}[2J", String(repeating: "x", count: 201),
  ])
  func namesThatCouldLeaveTheFolderOrTheTerminalAreNotPlain(name: String) {
    #expect(!Path.isPlainName(name))
  }

  @Test(arguments: ["model-00001-of-00002.safetensors", "..a", "größe.h5", "a b"])
  func ordinaryNamesArePlain(name: String) { #expect(Path.isPlainName(name)) }

  @Test func controlCharactersNeverReachATerminal() {
    #expect(DisplayText.escaped("a\u{1b}[31mb\u{202e}\n") == "a\\u{1b}[31mb\\u{202e}\\u{a}")
    #expect(DisplayText.escaped("abcdef", limit: 3) == "abc…")
  }
}
