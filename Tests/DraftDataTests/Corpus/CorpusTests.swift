import DraftData
import FileSystem
import Glibc
import TestSupport
import Testing

/// Documents of differing length, with masks, domains, temperatures and teachers where `k` is not 0.
private func documents(_ count: Int, k: Int = 0) -> [CorpusDocument] {
  (0..<count).map { index in
    let length = (index * 7) % 13
    var document = CorpusDocument(
      tokens: (0..<length).map { Int32(($0 * 31 + index) % 100) }, promptLength: min(length, index % 4),
      domain: ["stories", "math", "größe"][index % 3])
    if index % 2 == 0 { document.temperature = Float(index % 5) / 4 }
    if index % 3 == 0 { document.source = index * 10 }
    if index % 5 == 0 { document.inLoss = (0..<length).map { $0 % 2 == 0 } }
    if k > 0 {
      document.teacher = .init(
        indices: (0..<length * k).map { Int32(($0 + index) % 100) - 1 },
        logProbabilities: (0..<length * k).map { -Float($0 % 16) / 4 })
    }
    return document
  }
}

/// As it is read back: the mask spelled out.
private func spelledOut(_ document: CorpusDocument) -> CorpusDocument {
  var document = document
  document.inLoss = document.lossMask
  return document
}

private let description = CorpusDescription(
  vocabularySize: 100, tokenizerHash: SHA256.hash("tokenizer").description, provenance: "seed: 1\n")

@Suite struct CorpusTests {
  @Test(arguments: [0, 1, 4], CorpusDescription.Precision.allCases)
  func documentsComeBackFromTheirShards(k: Int, precision: CorpusDescription.Precision) throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("corpus")
    var description = description
    (description.teacherEntryCount, description.teacherPrecision) = (k, precision)
    let writer = try CorpusWriter(folder: path, description, shardTokenCount: 40)
    let expected = documents(50, k: k)
    for document in expected { try writer.append(document) }
    try writer.finish()
    let reader = try CorpusReader(path)
    #expect(try Directory.list(path).count > 5)
    #expect(k == 0 || reader.description == description)
    #expect(reader.documentCount == 50)
    #expect(reader.tokenCount == expected.reduce(0) { $0 + $1.tokens.count })
    #expect(reader.domains == ["stories", "math", "größe"])
    for number in [0, 49, 7, 8, 31] {
      #expect(try reader.document(number) == spelledOut(expected[number]))
      #expect(reader.tokenCount(of: number) == expected[number].tokens.count)
    }
    var read: [CorpusDocument] = []
    try reader.forEach { number, document in
      #expect(number == read.count)
      read.append(document)
    }
    #expect(read == expected.map(spelledOut))
  }

  @Test func aCorpusBecomesATokenStore() throws {
    let folder = try TemporaryFolder(inMemory: true)
    var description = description
    description.teacherEntryCount = 2
    let writer = try CorpusWriter(folder: folder.path + "c", description, shardTokenCount: 30)
    let expected = documents(20, k: 2)
    for document in expected { try writer.append(document) }
    try writer.finish()
    let store = try CorpusReader(folder.path + "c").tokenStore()
    #expect(store.documentCount == 20)
    #expect(store.tokens == expected.flatMap(\.tokens))
    #expect(store.inLoss == expected.flatMap(\.lossMask))
    #expect(store.teacher?.indices == expected.flatMap { $0.teacher?.indices ?? [] })
    #expect((0..<20).map { store.domain(of: $0) } == expected.map(\.domain))
    #expect(try CorpusReader(folder.path + "c").tokenStore(includesTeacher: false).teacher == nil)
    try Directory.removeTree(folder.path + "c")
  }

  @Test func anEmptyCorpusIsACorpus() throws {
    let folder = try TemporaryFolder(inMemory: true)
    try CorpusWriter(folder: folder.file("c"), description).finish()
    let reader = try CorpusReader(folder.file("c"))
    #expect(reader.documentCount == 0)
    #expect(try reader.tokenStore().documentCount == 0)
  }

  @Test func anInterruptedCorpusGoesOnToTheSameBytes() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let (whole, parts) = (folder.file("whole/corpus"), folder.file("parts/corpus"))
    let all = documents(60)
    let writer = try CorpusWriter(folder: whole, description, shardTokenCount: 50)
    for document in all { try writer.append(document) }
    try writer.finish()
    var attempts = 0
    var committed = -1
    while committed != 60 {
      let writer = try CorpusWriter(folder: parts, description, shardTokenCount: 50)
      attempts += 1
      for document in all.dropFirst(writer.committedCount).prefix(11) { try writer.append(document) }
      if writer.documentCount == 60 { try writer.finish() }
      committed = writer.committedCount
    }
    #expect(attempts > 5)
    #expect(try Directory.list(parts) == Directory.list(whole))
    for name in try Directory.list(whole) {
      let (a, b) = (Path.joined(whole, name), Path.joined(parts, name))
      #expect(try File.readAll(a, limit: 1 << 20) == File.readAll(b, limit: 1 << 20))
    }
    #expect(throws: InputError.self) { _ = try CorpusWriter(folder: parts, description) }
  }

  @Test func aFaultAtAnyCallLeavesACorpusThatGoesOn() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let all = documents(12)
    func write(_ path: String) throws {
      let writer = try CorpusWriter(folder: path, description, shardTokenCount: 30)
      for document in all.dropFirst(writer.committedCount) { try writer.append(document) }
      try writer.finish()
    }
    let recorder = FaultInjector()
    try FaultInjector.$current.withValue(recorder) { try write(folder.file("recorded")) }
    for position in 1...recorder.log.count {
      for fault in [FaultInjector.Fault.error(ENOSPC), .kill, .killMidway] {
        let path = folder.file("corpus")
        FaultInjector.$current.withValue(FaultInjector(fault, at: position)) { _ = try? write(path) }
        if !CorpusWriter.isFinished(path) { try write(path) }
        let reader = try CorpusReader(path)
        var read: [CorpusDocument] = []
        try reader.forEach { _, document in read.append(document) }
        #expect(read == all.map(spelledOut), "\(fault) at \(position)")
        try Directory.removeTree(path)
      }
    }
  }

  @Test func anUnfinishedOrForeignOrDamagedCorpusIsRefused() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("corpus")
    let writer = try CorpusWriter(folder: path, description, shardTokenCount: 30)
    for document in documents(30) { try writer.append(document) }
    let unfinished = #expect(throws: InputError.self) { _ = try CorpusReader(path) }
    #expect(unfinished?.found == "a corpus that is not finished")
    var other = description
    other.tokenizerHash = SHA256.hash("another").description
    let foreign = #expect(throws: InputError.self) { _ = try CorpusWriter(folder: path, other) }
    #expect(foreign?.key == "tokenizer_sha256")
    try writer.finish()
    let shard = path + "/corpus-00001.h5"
    var bytes = try File.readAll(shard, limit: 1 << 20)
    bytes[bytes.count / 2] ^= 4
    try DurableFile.write(bytes, to: shard)
    #expect(#expect(throws: InputError.self) { _ = try CorpusReader(path) }?.file == shard)
  }

  @Test func aMissingShardIsNoticedWhenWritingGoesOn() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("corpus")
    let writer = try CorpusWriter(folder: path, description, shardTokenCount: 30)
    for document in documents(30) { try writer.append(document) }
    try Directory.removeFile(path + "/corpus-00001.h5")
    #expect(throws: InputError.self) { _ = try CorpusWriter(folder: path, description) }
  }
}
