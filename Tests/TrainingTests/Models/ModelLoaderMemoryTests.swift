import Autodiff
import DraftData
import FileSystem
import Foundation
import Models
import TestSupport
import Testing

/// Measures the memory of the whole process, so that it is meaningful only when it runs alone:
/// `PACER_MEMORY=1 swift test --filter ModelLoaderMemoryTests`.
@Suite(.serialized) struct ModelLoaderMemoryTests {
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["PACER_MEMORY"] != nil, "needs PACER_MEMORY, runs alone"),
    arguments: [TensorElementType.bfloat16, .float32])
  func loadingNeedsLittleMoreThanTheModel(_ type: TensorElementType) throws {
    let folder = try TemporaryFolder()
    let configuration = ModelConfiguration(
      vocabularySize: 32_000, hiddenSize: 1024, feedForwardSize: 2816, layerCount: 4, headCount: 16,
      tiesEmbeddings: false, maxPositions: 512)
    let config = configuration.huggingFaceConfiguration(dataType: "bfloat16")
    try DurableFile.write(try config.serializedBytes(), to: folder.file("config.json"))
    let tensors = configuration.parameterShapes.map { name, shape in
      SafetensorsTensor(name, type, shape: shape) { rows in
        [Float](repeating: 0.25, count: rows.count * shape.dropFirst().reduce(1, *))
      }
    }
    try SafetensorsWriter.write(tensors, to: folder.file("model.safetensors"))
    // Linux starts the high-water mark anew.
    let reset = try #require(FileHandle(forWritingAtPath: "/proc/self/clear_refs"))
    try reset.write(contentsOf: Array("5".utf8))
    let before = ProcessFacts.residentBytes
    let loaded = try ModelLoader.load(path: folder.path, on: CPUBackend(threads: 1))
    let modelBytes = loaded.model.store.weightCount * 4
    let ratio = Double(ProcessFacts.peakResidentBytes - before) / Double(modelBytes)
    #expect(ratio < 1.2, "peak \(ratio) of \(modelBytes) bytes")
    print("\(type): peak \(ratio) of \(modelBytes) bytes")
  }
}
