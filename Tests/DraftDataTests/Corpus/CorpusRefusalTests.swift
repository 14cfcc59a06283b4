import DraftData
import FileSystem
import HDF5
import TestSupport
import Testing

@Suite struct CorpusRefusalTests {
  /// Writes a corpus file whose parts a test may replace, and opens and reads it.
  private func read(
    format: String = "pacer-corpus", version: Int = 1, vocabulary: Int = 10,
    offsets: [Int64] = [0, 2, 5], prompts: [Int32] = [1, 0], tokens: [Int32] = [0, 1, 2, 3, 9],
    more: (borrowing HDF5File) throws -> Void = { _ in }
  ) throws -> CorpusReader {
    let folder = try TemporaryFolder(inMemory: true)
    let file = try HDF5File(creating: folder.file("corpus.h5"))
    try file.setAttribute("format", format)
    try file.setAttribute("version", version)
    try file.setAttribute("vocabulary_size", vocabulary)
    try file.write(tokens, to: "tokens")
    try file.write(offsets, to: "offsets")
    try file.write(prompts, to: "prompt_lengths")
    try more(file)
    try file.close()
    let reader = try CorpusReader(folder.file("corpus.h5"))
    try reader.forEach { _, _ in }
    return reader
  }

  @Test func theLeastThatIsACorpusIsRead() throws {
    let reader = try read()
    #expect(reader.documentCount == 2)
    #expect(reader.domains == ["text"])
  }

  @Test func attributesOfAnotherFormatAreRefused() {
    #expect(#expect(throws: InputError.self) { try read(format: "other") }?.key == "format")
    #expect(#expect(throws: InputError.self) { try read(version: 2) }?.key == "version")
    #expect(#expect(throws: InputError.self) { try read(vocabulary: 0) }?.key == "vocabulary_size")
    #expect(#expect(throws: InputError.self) { try read(vocabulary: 1 << 40) }?.key == "vocabulary_size")
  }

  @Test(
    arguments: [[], [0], [0, 5, 2], [1, 2, 5], [0, 2, 6], [0, 6, 5], [0, -1, 5], [0, 2, .max]] as [[Int64]])
  func offsetsThatDoNotCoverTheTokensAreRefused(offsets: [Int64]) {
    let prompts = [Int32](repeating: 0, count: max(0, offsets.count - 1))
    let error = #expect(throws: InputError.self) { try read(offsets: offsets, prompts: prompts) }
    #expect(error?.key?.hasPrefix("offsets") == true)
  }

  @Test func idsPromptsMasksAndTemperaturesOutOfRangeAreRefusedByPlace() {
    #expect(#expect(throws: InputError.self) { try read(tokens: [0, 1, 2, 10, 3]) }?.key == "tokens[3]")
    #expect(#expect(throws: InputError.self) { try read(tokens: [0, -1, 2, 1, 3]) }?.key == "tokens[1]")
    #expect(#expect(throws: InputError.self) { try read(prompts: [1, 4]) }?.key == "prompt_lengths[1]")
    #expect(#expect(throws: InputError.self) { try read(prompts: [-1, 0]) }?.key == "prompt_lengths[0]")
    #expect(#expect(throws: InputError.self) { try read(prompts: [0]) }?.key == "prompt_lengths")
    let mask = #expect(throws: InputError.self) {
      try read { try $0.write([0, 1, 2, 1, 1] as [UInt8], to: "loss_mask") }
    }
    #expect(mask?.key == "loss_mask[2]")
    for bad in [-1, Float.infinity] {
      let error = #expect(throws: InputError.self) {
        try read { try $0.write([0, bad], to: "temperatures") }
      }
      #expect(error?.key == "temperatures[1]")
    }
  }

  @Test func domainsAndTeachersThatDoNotFitAreRefused() {
    func refused(_ more: @escaping (borrowing HDF5File) throws -> Void) -> String? {
      #expect(throws: InputError.self) { try read(more: more) }?.key
    }
    let names = "domains"
    #expect(
      refused {
        try $0.writeStrings(["a"], to: names)
        try $0.write([0, 1] as [Int32], to: "domain_indices")
      } == "domain_indices[1]")
    #expect(refused { try $0.writeStrings([], to: names) } == "domain_indices[0]")
    #expect(refused { try $0.write([0, 1] as [Int32], to: names) } == names)
    let ids = [Int32](repeating: 1, count: 10)
    let values = [Float](repeating: -1, count: 10)
    #expect(refused { try $0.write(ids, shape: [5, 2], to: "teacher/ids") } == "/teacher/log_probabilities")
    #expect(refused { try $0.write(ids, shape: [10, 1], to: "teacher/ids") } == "teacher/ids")
    #expect(
      refused {
        try $0.write(ids, shape: [5, 2], to: "teacher/ids")
        try $0.write(Array(values.dropLast(5)), shape: [5, 1], to: "teacher/log_probabilities")
      } == "teacher/log_probabilities")
    for (id, value) in [(10, -1), (-2, -1), (1, 0.5), (1, .nan)] as [(Int32, Float)] {
      let place = refused {
        try $0.write(ids.dropLast(3) + [id] + ids.dropLast(8), shape: [5, 2], to: "teacher/ids")
        try $0.write(
          values.dropLast(3) + [value] + values.dropLast(8), shape: [5, 2], to: "teacher/log_probabilities")
      }
      #expect(place == "teacher[3, 1]")
    }
  }

  @Test func filesOfAnotherKindAreRefused() throws {
    let folder = try TemporaryFolder(inMemory: true)
    try DurableFile.write(Array("text".utf8), to: folder.file("a.txt"))
    for path in [folder.file("a.txt"), folder.file("absent"), folder.path] {
      #expect(throws: InputError.self) { _ = try CorpusReader(path) }
    }
  }
}
