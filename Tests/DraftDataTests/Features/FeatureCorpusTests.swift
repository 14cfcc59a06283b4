import DraftData
import FileSystem
import Glibc
import HDF5
import TestSupport
import Testing

@Suite("Feature corpora")
struct FeatureCorpusTests {
  /// The error of a number at most, relative to the largest of its row.
  private static func tolerance(_ storage: FeatureStorage) -> Float {
    switch storage {
    case .float32: 0
    case .float16: 0x1p-11
    case .bfloat16: 0x1p-8
    case .int8: 1.001 / 254
    }
  }

  @Test("give back every state of every document, in any order", arguments: FeatureStorage.allCases)
  func roundTrip(_ storage: FeatureStorage) throws {
    let folder = try TemporaryFolder(inMemory: true)
    let description = FeatureFixture.description(storage)
    try FeatureFixture.write(folder.file("c"), description)
    let reader = try CorpusReader(folder.file("c"))
    #expect(reader.description == description && reader.documentCount == 30)
    #expect(try Directory.list(folder.file("c")).count > 3)
    try reader.checkFeatures()
    let width = FeatureFixture.width
    let store = try reader.features(FeatureFixture.states)
    for document in [29, 0, 7, 8, 15, 1] {
      let length = FeatureFixture.length(document)
      // Into the middle of larger arrays, as batches are filled; the first token is left out.
      var values = FeatureFixture.states.map { _ in [Float](repeating: 7, count: (length + 3) * width) }
      guard length > 1 else { continue }
      try store.read(1..<length, of: document, into: &values, at: 2)
      for state in values.indices {
        #expect(values[state].prefix(2 * width).allSatisfy { $0 == 7 })
        #expect(values[state].suffix(2 * width).allSatisfy { $0 == 7 })
        for token in 1..<length {
          let expected = (0..<width).map { FeatureFixture.value(state, document, token, $0) }
          let largest = expected.map(abs).max() ?? 0
          for column in 0..<width {
            let found = values[state][(token + 1) * width + column]
            #expect(abs(found - expected[column]) <= Self.tolerance(storage) * largest)
          }
        }
      }
    }
    // A part of the states, in the order in which they are asked for.
    let two = try reader.features([.residual(layersApplied: 2), .final])
    var values = [[Float]](repeating: [Float](repeating: 0, count: 6 * width), count: 2)
    try two.read(0..<6, of: 3, into: &values, at: 0)
    let all = FeatureFixture.rows(2, 3).prefix(width).map { abs($0) }.max() ?? 0
    #expect(abs(values[0][0] - FeatureFixture.rows(2, 3)[0]) <= Self.tolerance(storage) * all)
    #expect(abs(values[1][0] - FeatureFixture.rows(0, 3)[0]) <= Self.tolerance(storage) * 7)
    #expect(two.fingerprint != store.fingerprint)
  }

  @Test("compressed ones hold the same") func compression() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let description = FeatureFixture.description(.float32)
    let writer = try CorpusWriter(
      folder: folder.file("c"), description, shardTokenCount: 40, featureCompression: .deflate(level: 4))
    for document in try FeatureFixture.documents(30, description) { try writer.append(document) }
    try writer.finish()
    let store = try CorpusReader(folder.file("c")).features([.final])
    var values = [[Float](repeating: 0, count: 9 * FeatureFixture.width)]
    try store.read(0..<9, of: 11, into: &values, at: 0)
    #expect(values[0].prefix(8) == FeatureFixture.rows(0, 11).prefix(8))
  }

  @Test("go on after a fault at any call, to the same bytes") func faults() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let description = FeatureFixture.description(.int8)
    let recorder = FaultInjector()
    let whole = folder.file("whole/c")
    try FaultInjector.$current.withValue(recorder) { try FeatureFixture.write(whole, description, count: 14) }
    let names = try Directory.list(whole)
    #expect(names.count > 2)
    for position in stride(from: 1, through: recorder.log.count, by: 3) {
      for fault in [FaultInjector.Fault.error(ENOSPC), .kill, .killMidway] {
        let path = folder.file("parts/c")
        FaultInjector.$current.withValue(FaultInjector(fault, at: position)) {
          _ = try? FeatureFixture.write(path, description, count: 14)
        }
        if !CorpusWriter.isFinished(path) { try FeatureFixture.write(path, description, count: 14) }
        for name in names {
          let (a, b) = (Path.joined(whole, name), Path.joined(path, name))
          let isSame = try File.readAll(a, limit: 1 << 22) == File.readAll(b, limit: 1 << 22)
          #expect(isSame, "\(fault) at \(position): \(name)")
        }
        try Directory.removeTree(folder.file("parts"))
      }
    }
  }

  @Test("of another storage, target or choice of states are not gone on with") func foreign() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("c")
    let writer = try CorpusWriter(folder: path, FeatureFixture.description(.float16), shardTokenCount: 20)
    for document in try FeatureFixture.documents(9, writer.description) { try writer.append(document) }
    func key(_ other: CorpusDescription) -> String? {
      #expect(throws: InputError.self) { _ = try CorpusWriter(folder: path, other) }?.key
    }
    #expect(key(FeatureFixture.description(.int8)) == "features (storage)")
    #expect(key(FeatureFixture.description(.float16, states: [.final])) == "features")
    #expect(key(FeatureFixture.description(.float16, target: "another")) == "features@target_sha256")
    #expect(key(CorpusDescription(vocabularySize: 100)) == "features")
  }

  @Test("without the states that are wanted say what they have by both rules") func missingStates() throws {
    let folder = try TemporaryFolder(inMemory: true)
    try FeatureFixture.write(folder.file("c"), FeatureFixture.description(.float32))
    let reader = try CorpusReader(folder.file("c"))
    let error = try #require(
      #expect(throws: InputError.self) { _ = try reader.features([.final, .residual(layersApplied: 1)]) })
    #expect(error.file == folder.file("c"))
    #expect(error.expected == "the residual after 1 layers (what comes out of layer 0, counted from 0) too")
    #expect(error.found.contains("the residual after 2 layers (what comes out of layer 1, counted from 0)"))
    #expect(error.remedy?.contains("layers applied") == true)
    let plain = try CorpusWriter(folder: folder.file("p"), CorpusDescription(vocabularySize: 100))
    try plain.append(CorpusDocument(tokens: [1, 2]))
    try plain.finish()
    let none = #expect(throws: InputError.self) {
      _ = try CorpusReader(folder.file("p")).features([.final])
    }
    #expect(none?.found == "a corpus without hidden states")
  }

  @Test("a shard cut short or with one bit turned is found, by the manifest and without it") func damage()
    throws
  {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("c")
    try FeatureFixture.write(path, FeatureFixture.description(.float32), count: 60)
    let shard = path + "/corpus-00001.h5"
    let bytes = try File.readAll(shard, limit: 1 << 22)
    try DurableFile.write(Array(bytes.dropLast(100)), to: shard)
    let cut = #expect(throws: InputError.self) { _ = try CorpusReader(path) }
    #expect(cut?.file == shard && cut?.found == "\(bytes.count - 100) bytes")
    // The same bits as they lie in the file: the first row of the state after the final norm.
    let first = FeatureFixture.rows(0, Self.firstDocument(of: shard)).prefix(4).flatMap { number in
      [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number.bitPattern >> $0) }
    }
    let place = try #require(
      (0..<bytes.count - first.count).first { bytes[$0..<$0 + first.count].elementsEqual(first) })
    var turned = bytes
    turned[place + 5] ^= 16
    try DurableFile.write(turned, to: shard)
    #expect(#expect(throws: InputError.self) { _ = try CorpusReader(path) }?.file == shard)
    let reader = try CorpusReader(path, verifies: false)
    let error = #expect(throws: InputError.self) { try reader.checkFeatures() }
    #expect(error?.file == shard)
    #expect(error?.key?.hasPrefix("features/") == true && error?.key?.hasSuffix("/values") == true)
  }

  private static func firstDocument(of shard: String) -> Int {
    let first = try? HDF5File(reading: shard).integer("first_document")
    let start = first ?? 0
    // Documents without tokens have no states.
    return FeatureFixture.length(start) == 0 ? start + 1 : start
  }
}
