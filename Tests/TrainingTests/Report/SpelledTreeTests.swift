import Evaluation
import FileSystem
import TestSupport
import Testing
import Training

/// Trees with their spelling, kept as JSON lines.
@Suite struct SpelledTreeTests {
  private static let tree = SpelledTree(
    verified: VerifiedTree(
      prompt: 2, position: 24,
      tree: DraftTree(
        tokens: [5, 6, 7, 8], parents: [-1, 0, 0, 1], pathLogProbabilities: [0, -0.5, -.infinity, -1.5]),
      verdict: TreeVerdict(acceptedNodes: [1, 3], token: 9)),
    domain: "math", context: "1 + <1>\n", texts: [" is", " two", "\u{0}", "."], ownText: "<0xE2>")

  @Test func whatIsWrittenIsReadBack() throws {
    let folder = try TemporaryFolder()
    try SpelledTree.write([Self.tree, Self.tree], to: folder.file("a.trees.jsonl"))
    #expect(try SpelledTree.read(folder.file("a.trees.jsonl")) == [Self.tree, Self.tree])
  }

  @Test func treesThatOtherProgramsReadAreShownByTheirTokens() throws {
    let folder = try TemporaryFolder()
    try TreeLog.write([Self.tree.verified], to: folder.file("a.trees.jsonl"))
    let read = try #require(try SpelledTree.read(folder.file("a.trees.jsonl")).first)
    #expect(read.verified == Self.tree.verified)
    #expect(read.texts == ["#5", "#6", "#7", "#8"] && read.ownText == "#9" && read.domain == nil)
  }

  @Test(arguments: [
    ("[-1,0,0,1]", "[-1,0,0,3]", "parents"), ("[-1,0,0,1]", "[0,0,0,1]", "parents"),
    ("[-1,0,0,1]", "[-1,0,0]", "parents"), ("[1,3]", "[3]", "accepted"), ("[1,3]", "[1,2]", "accepted"),
    ("[1,3]", "[1,9]", "accepted[1]"), ("\"token\":9", "\"token\":\"x\"", "token"),
    ("[0.0,-0.5,null,-1.5]", "[0.0,-0.5]", "log_probabilities"), ("\" two\",", "", "texts"),
    ("\"position\":24,", "", "position"),
  ])
  func whatMakesNoTreeIsNamed(_ part: String, _ replacement: String, _ key: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.trees.jsonl")
    try SpelledTree.write([Self.tree, Self.tree], to: path)
    let lines = String(decoding: try File.readAll(path, limit: 1 << 20), as: UTF8.self).split(separator: "\n")
    #expect(lines[1].contains(part), "\(lines[1])")
    try DurableFile.write(
      Array("\(lines[0])\n\(lines[1].replacing(part, with: replacement))\n".utf8), to: path)
    let error = try #require(throws: InputError.self) { try SpelledTree.read(path) }
    #expect(error.position == .line(2) && error.key == key && error.code == .badData, "\(error)")
  }
}
