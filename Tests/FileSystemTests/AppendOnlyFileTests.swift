import FileSystem
import Glibc
import TestSupport
import Testing

@Suite struct AppendOnlyFileTests {
  @Test func linesAreAddedAcrossOpenings() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("metrics.jsonl")
    for line in ["one", "two"] { try AppendOnlyFile(path).append(line) }
    #expect(try File.readText(path, limit: 99) == "one\ntwo\n")
  }

  @Test func aTornLastLineIsCutOff() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("metrics.jsonl")
    for (torn, kept) in [("a\nb\nc", "a\nb\n"), ("abc", ""), ("", ""), ("a\n", "a\n")] {
      try DurableFile.write(Array(torn.utf8), to: path)
      try AppendOnlyFile(path).append("new")
      #expect(try File.readText(path, limit: 99) == kept + "new\n")
    }
    let long = String(repeating: "x", count: 9000)
    try DurableFile.write(Array(("a\n" + long).utf8), to: path)
    #expect(try AppendOnlyFile(path).size() == 2)
  }

  @Test func aResumedRunDropsTheLinesItWillWriteAgain() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("metrics.jsonl")
    try DurableFile.write(Array("1\n2\n3\n".utf8), to: path)
    try AppendOnlyFile(path, keptBytes: 4).append("again")
    #expect(try File.readText(path, limit: 99) == "1\n2\nagain\n")
  }

  @Test func aWriteThatFailsIsAnError() throws {
    let folder = try TemporaryFolder()
    let log = try AppendOnlyFile(folder.file("metrics.jsonl"))
    FaultInjector.$current.withValue(FaultInjector(.error(ENOSPC), at: 1)) {
      #expect(throws: InputError.self) { try log.append("line") }
    }
    try log.append("line")
    #expect(try log.size() == 5)
  }
}
