import DraftData
import FileSystem
import Foundation
import TestSupport
import Testing

/// A Python that can import h5py: `PACER_PYTHON`, else `python3`; nil when there is none.
private let python: String? = {
  let candidate = ProcessInfo.processInfo.environment["PACER_PYTHON"] ?? "python3"
  return runProgram([candidate, "-c", "import h5py"], in: "/") == 0 ? candidate : nil
}()

/// Runs a program found on the path and returns its exit status, nil when it could not be started.
private func runProgram(_ arguments: [String], in folder: String) -> Int32? {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = arguments
  process.currentDirectoryURL = URL(filePath: folder)
  process.standardError = FileHandle.nullDevice
  guard (try? process.run()) != nil else { return nil }
  process.waitUntilExit()
  return process.terminationStatus
}

@Suite struct CorpusPythonTests {
  @Test(.enabled(if: python != nil, "needs python3 with h5py (or PACER_PYTHON)"))
  func theLinesOfTheDocumentationMakeACorpus() throws {
    let folder = try TemporaryFolder()
    let page = try File.readText(Path.joined(repositoryRoot, "docs/corpus-format.md"), limit: 1 << 20)
    let code = try #require(page.components(separatedBy: "```python\n").dropFirst().first)
    try DurableFile.write(Array(code.components(separatedBy: "```")[0].utf8), to: folder.file("write.py"))
    #expect(runProgram([python ?? "", "write.py"], in: folder.path) == 0)
    let reader = try CorpusReader(folder.file("corpus.h5"))
    #expect(reader.documentCount == 2)
    #expect(try reader.document(0).tokens == [1, 5, 9, 2])
    #expect(try reader.document(0).lossMask == [false, false, true, true])
    #expect(try reader.document(1) == CorpusDocument(tokens: [1, 7, 7, 3, 2], promptLength: 1))
  }
}
