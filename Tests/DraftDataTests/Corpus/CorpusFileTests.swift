import DraftData
import FileSystem
import Glibc
import HDF5
import TestSupport
import Testing

@Suite struct CorpusFileTests {
  private static let description = CorpusDescription(
    vocabularySize: 50, tokenizerHash: SHA256.hash("tokenizer").description, provenance: "by hand\n")

  private static let documents = [
    CorpusDocument(
      tokens: [1, 5, 9, 2], promptLength: 2, inLoss: [false, false, true, true], domain: "math",
      temperature: 0.5, source: 3),
    CorpusDocument(tokens: [], inLoss: [], domain: "code"),
    CorpusDocument(tokens: [49], inLoss: [true], domain: "math"),
  ]

  private static func write(_ path: String) throws {
    let corpus = try CorpusFile(creating: path, description)
    for document in documents { corpus.append(document) }
    try corpus.finish()
  }

  @Test func documentsComeBackFromOneFile() throws {
    let folder = try TemporaryFolder(inMemory: true)
    try Self.write(folder.file("corpus.h5"))
    #expect(try Directory.list(folder.path) == ["corpus.h5"])
    let reader = try CorpusReader(folder.file("corpus.h5"))
    #expect(reader.description == Self.description)
    #expect(try (0..<reader.documentCount).map { try reader.document($0) } == Self.documents)
    // It stands alone: nothing in it speaks of other shards.
    #expect(try HDF5File(reading: folder.file("corpus.h5")).integer("first_document") == nil)
  }

  @Test func anExistingFileIsRefusedBeforeAndAfterTheWork() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("corpus.h5")
    let late = try CorpusFile(creating: path, Self.description)
    try DurableFile.write([1, 2, 3], to: path)
    let early = #expect(throws: InputError.self) { _ = try CorpusFile(creating: path, Self.description) }
    #expect(early?.code == .cannotCreate && early?.file == path)
    #expect(#expect(throws: InputError.self) { try late.finish() }?.code == .cannotCreate)
    #expect(try File.readAll(path, limit: 10) == [1, 2, 3])
  }

  @Test func aFaultAtAnyCallLeavesTheWholeFileOrNone() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let recorder = FaultInjector()
    try FaultInjector.$current.withValue(recorder) { try Self.write(folder.file("recorded.h5")) }
    #expect(recorder.log.contains { $0.operation == .rename })
    for position in 1...recorder.log.count {
      for fault in [FaultInjector.Fault.error(ENOSPC), .kill, .killMidway] {
        let path = folder.file("corpus.h5")
        FaultInjector.$current.withValue(FaultInjector(fault, at: position)) { _ = try? Self.write(path) }
        guard Directory.kind(of: path) != nil else { continue }
        let reader = try CorpusReader(path)
        #expect(reader.documentCount == Self.documents.count, "\(fault) at \(position)")
        try Directory.removeFile(path)
      }
    }
  }
}
