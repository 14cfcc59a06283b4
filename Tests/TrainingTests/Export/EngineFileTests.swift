import Autodiff
import DraftData
import FileSystem
import Foundation
import HDF5
import Models
import TestSupport
import Testing
import Training

@Suite struct EngineFileTests {
  /// A Python with h5py and numpy: `$PACER_PYTHON`, or `python3`.
  private static let python: String? = {
    let name = ProcessInfo.processInfo.environment["PACER_PYTHON"] ?? "python3"
    return (try? run(name, ["-c", "import h5py, numpy; print('there')"])) == "there\n" ? name : nil
  }()

  private static func run(_ program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return said
  }

  /// The program between the fences of the specification.
  private static func readerInTheDocs() throws -> String {
    let text = try File.readText(repositoryRoot + "/docs/engine-format.md", limit: 1 << 20)
    let start = try #require(text.range(of: "```python\n"))
    let end = try #require(text.range(of: "```", range: start.upperBound..<text.endIndex))
    return String(text[start.upperBound..<end.lowerBound])
  }

  @Test(
    .enabled(if: python != nil, "needs python3 with h5py and numpy, or PACER_PYTHON"),
    arguments: EngineExporter().elementTypes)
  func theReaderInTheDocsReadsEveryValue(_ type: ExportStageRecipe.ElementType) throws {
    let folder = try TemporaryFolder()
    let model = RandomModel.make()
    try EngineExporter().export(RandomModel.request(model, type), to: folder.file("e.h5"), force: false)
    let program =
      try Self.readerInTheDocs() + """

        import sys
        config, generation, weights, tokenizer = read_engine(sys.argv[1])
        print(json.dumps({
            "vocabulary": config["vocab_size"], "draft_length": generation["draft_length"],
            "tokenizer": tokenizer.tolist(),
            "weights": {n: a.astype(np.float32).reshape(-1).view(np.uint32).tolist() for n, a in weights.items()}}))
        """
    let said = try Self.run(try #require(Self.python), ["-c", program, folder.file("e.h5")])
    let read = try JSONValue.parse(Array(said.utf8), file: nil)
    #expect(read["vocabulary"] == .integer(model.configuration.vocabularySize))
    #expect(read["draft_length"] == 4)
    #expect(read["tokenizer"] == .array(RandomModel.tokenizerJSON.map { .integer(Int($0)) }))
    #expect(read["weights"]?.objectValue?.count == model.store.parameters.count)
    for (parameter, bits) in zip(model.store.parameters, RandomModel.stored(model, type)) {
      #expect(read["weights"]?[parameter.name] == .array(bits.map { .integer(Int($0)) }), "\(parameter.name)")
    }
  }

  @Test func theReaderInTheDocsHasTwentyLinesOfCode() throws {
    let lines = try Self.readerInTheDocs().split(separator: "\n").filter { !$0.isEmpty }
    #expect(lines.count <= 28)
  }

  @Test func anyFlippedBitIsFoundOrHarmless() throws {
    let folder = try TemporaryFolder()
    let model = RandomModel.make(RandomModel.tied)
    let path = folder.file("e.h5")
    try EngineExporter().export(RandomModel.request(model), to: path, force: false)
    let original = try File.readAll(path, limit: 1 << 22)
    let digest = try EngineFile(path).verify()
    var detected = 0
    for trial in 0..<40 {
      var bytes = original
      bytes[(trial * 7919 + 4099) % bytes.count] ^= UInt8(1 << (trial % 8))
      try DurableFile.write(bytes, to: path)
      do {
        #expect(
          try EngineFile(path).verify() == digest, "a flip that verifies must not have changed the content")
      } catch is InputError { detected += 1 }
    }
    #expect(detected > 10)
  }

  @Test func otherFormatsVersionsAndCutFilesAreRefusedByName() throws {
    let folder = try TemporaryFolder()
    for (name, format, version, complete) in [
      ("format", "pacer-corpus", 1, 1), ("format_version", "pacer-engine", 2, 1),
      ("complete", "pacer-engine", 1, 0),
    ] {
      let path = folder.file(name)
      let file = try HDF5File(creating: path)
      try file.setAttribute("format", format)
      try file.setAttribute("format_version", version)
      try file.setAttribute("complete", complete)
      try file.close()
      let error = #expect(throws: InputError.self) { try EngineFile(path) }
      #expect(error?.key == name)
    }
    let path = folder.file("e.h5")
    try EngineExporter().export(RandomModel.request(RandomModel.make()), to: path, force: false)
    let bytes = try File.readAll(path, limit: 1 << 22)
    try DurableFile.write(Array(bytes.prefix(bytes.count / 2)), to: path)
    #expect(throws: InputError.self) { try EngineFile(path) }
  }
}
