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
  /// Runs the first lines of Python on a page of the documentation.
  private func run(_ page: String, in folder: borrowing TemporaryFolder) throws {
    let page = try File.readText(Path.joined(repositoryRoot, page), limit: 1 << 20)
    let code = try #require(page.components(separatedBy: "```python\n").dropFirst().first)
    try DurableFile.write(Array(code.components(separatedBy: "```")[0].utf8), to: folder.file("write.py"))
    #expect(runProgram([python ?? "", "write.py"], in: folder.path) == 0)
  }

  @Test(.enabled(if: python != nil, "needs python3 with h5py (or PACER_PYTHON)"))
  func theLinesOfTheDocumentationMakeAFeatureCorpus() throws {
    let folder = try TemporaryFolder()
    try run("docs/feature-corpus.md", in: folder)
    let reader = try CorpusReader(folder.file("features.h5"))
    try reader.checkFeatures()
    #expect(reader.documentCount == 2)
    #expect(try reader.document(1) == CorpusDocument(tokens: [1, 7, 7, 3, 2], promptLength: 1))
    let features = try #require(reader.description.features)
    #expect(features.storage == .int8 && features.hiddenSize == 64 && features.layerCount == 6)
    #expect(
      features.states == [.final] + [2, 3, 5].map { .residual(layersApplied: $0) })
    #expect(features.targetName == "the name of the target")
    var values = [[Float](repeating: 0, count: 5 * 64)]
    try reader.features([.residual(layersApplied: 5)]).read(0..<5, of: 1, into: &values, at: 0)
    // Normal numbers: no row of 64 is all small.
    #expect(values[0].allSatisfy { abs($0) < 6 } && values[0].contains { abs($0) > 1 })
  }

  @Test(.enabled(if: python != nil, "needs python3 with h5py (or PACER_PYTHON)"))
  func theLinesOfTheDocumentationMakeACorpus() throws {
    let folder = try TemporaryFolder()
    try run("docs/corpus-format.md", in: folder)
    let reader = try CorpusReader(folder.file("corpus.h5"))
    #expect(reader.documentCount == 2)
    #expect(try reader.document(0).tokens == [1, 5, 9, 2])
    #expect(try reader.document(0).lossMask == [false, false, true, true])
    #expect(try reader.document(1) == CorpusDocument(tokens: [1, 7, 7, 3, 2], promptLength: 1))
  }
}
