import DraftData
import FileSystem
import HDF5
import TestSupport
import Testing

private let golden = repositoryRoot + "Tests/Golden/safetensors"

@Suite struct SafetensorsGoldenTests {
  @Test func filesOfTheUpstreamLibraryAreRead() throws {
    let file = try SafetensorsFile(golden + "/mixed.safetensors")
    #expect(file.names == ["a.bf16", "a.f16", "b.f32", "d2t", "empty", "scalar", "t2d", "z.f64"])
    #expect(file.metadata.map(\.key) == ["format"])
    #expect(file.shape(of: "b.f32") == [16, 4])
    #expect(file.shape(of: "b") == nil)
    #expect(try file.readAll("scalar") == [2.5])
    #expect(try file.readAll("empty").isEmpty)
    #expect(try file.readBytes("t2d") == [1, 0, 1])
    #expect(try file.readAll("z.f64") == Array(try file.readAll("b.f32").prefix(8)))
  }

  @Test func roundingIsThatOfTorch() throws {
    let file = try SafetensorsFile(golden + "/mixed.safetensors")
    let values = try file.readAll("b.f32")
    #expect(
      try file.readAll("a.f16")
        == HalfPrecision.float16Bits(values).map { HalfPrecision.float(fromFloat16: $0) })
    #expect(
      try file.readAll("a.bf16")
        == HalfPrecision.bfloat16Bits(values).map { HalfPrecision.float(fromBFloat16: $0) })
  }

  @Test func theWriterMakesTheSameBytesAsTheUpstreamLibrary() throws {
    let source = try SafetensorsFile(golden + "/mixed.safetensors")
    let tensors = try source.names.reversed().map { name in
      let (type, shape) = (try #require(source.elementType(of: name)), try #require(source.shape(of: name)))
      return [.float32, .float16, .bfloat16].contains(type)
        ? SafetensorsTensor(name, type, shape: shape, values: try source.readAll(name))
        : SafetensorsTensor(name, type, shape: shape, bytes: try source.readBytes(name))
    }
    let folder = try TemporaryFolder(inMemory: true)
    try SafetensorsWriter.write(tensors, to: folder.file("a.safetensors"))
    let bytes = try File.readAll(folder.file("a.safetensors"), limit: 1 << 20)
    #expect(try bytes == File.readAll(golden + "/mixed.safetensors", limit: 1 << 20))
    let path = folder.file("a.safetensors")
    #expect(throws: InputError.self) { try SafetensorsWriter.write(tensors, to: path, replaces: false) }
  }

  @Test func rowsAreReadFromTheMiddleInEveryType() throws {
    let file = try SafetensorsFile(golden + "/mixed.safetensors")
    var rows: [Float] = []
    for name in ["a.bf16", "a.f16", "b.f32"] {
      let all = try file.readAll(name)
      for range in [3..<7, 0..<1, 15..<16, 16..<16] {
        try file.read(name, rows: range, into: &rows)
        #expect(rows == Array(all[range.lowerBound * 4..<range.upperBound * 4]))
      }
    }
  }

  @Test func shardsAreFoundThroughTheirIndex() throws {
    let model = try SafetensorsModel(folder: golden)
    #expect(model.names == ["one", "two"])
    #expect(model.shape(of: "two") == [16, 4])
    #expect(try model.readAll("one") == SafetensorsFile(golden + "/mixed.safetensors").readAll("b.f32"))
    let error = #expect(throws: InputError.self) { try model.readAll("three") }
    #expect(error?.key == "three")
  }

  @Test func largeTensorsAreWrittenAndReadInPieces() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let (rows, size) = (3000, 701)
    let values = (0..<rows * size).map { Float($0 % 2048) }
    for type in [TensorElementType.float32, .float16, .float32] {
      let path = folder.file("a.safetensors")
      try SafetensorsWriter.write([.init("x", type, shape: [rows, size], values: values)], to: path)
      #expect(try SafetensorsFile(path).readAll("x") == values)
    }
  }

  @Test func anHDF5GroupIsASourceOfTensorsToo() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a.h5")
    let values: [Float] = [1, -2, 0.5, 3, 4, 5]
    let file = try HDF5File(creating: path)
    try file.write(values, shape: [3, 2], to: "model/f32")
    try file.write(HalfPrecision.float16Bits(values), as: .float16, shape: [3, 2], to: "model/f16")
    try file.write(HalfPrecision.bfloat16Bits(values), as: .bfloat16, shape: [3, 2], to: "model/bf16")
    try file.write(values.map(Double.init), shape: [3, 2], to: "model/f64")
    try file.write([Int32(1)], to: "model/step")
    try file.write(values, to: "optimizer/f32")
    try file.close()
    let source = try HDF5TensorSource(path, group: "model")
    #expect(source.names == ["bf16", "f16", "f32", "f64", "step"])
    var rows: [Float] = []
    for name in ["bf16", "f16", "f32", "f64"] {
      try source.read(name, rows: 1..<3, into: &rows)
      #expect(rows == [0.5, 3, 4, 5])
    }
    #expect(throws: InputError.self) { try source.readAll("step") }
    #expect(throws: InputError.self) { try source.readAll("absent") }
  }
}
