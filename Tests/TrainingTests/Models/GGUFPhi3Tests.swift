import Autodiff
import DraftData
import FileSystem
import Models
import TestSupport
import Testing

/// Phi-3's GGUF files: fused matrices, a window, two lists of rotary factors.
@Suite struct GGUFPhi3Tests {
  private static let golden = repositoryRoot + "Tests/Golden/gguf/phi3.gguf"

  @Test func theConfigurationIsReadFromKeysAndTensors() throws {
    let configuration = try ModelLoader.open(path: Self.golden).configuration
    #expect(configuration.family == .phi3 && !configuration.tiesEmbeddings && configuration.headSize == 16)
    #expect(configuration.window == SlidingWindow(size: 100, layers: [0]))
    let scaling = try #require(configuration.ropeScaling)
    guard case .longRope(let short, let long, 64, 1.25) = scaling else {
      Issue.record("found \(scaling)")
      return
    }
    #expect(short.map { ($0 * 10).rounded() } == [10, 11, 12, 13, 14, 15, 16, 17])
    #expect(long == [1, 2, 3, 4, 5, 6, 7, 8])
  }

  @Test func fusedMatricesComeApart() throws {
    let files = try ModelLoader.open(path: Self.golden)
    #expect(Set(files.tensors.names) == Set(files.configuration.parameterShapes.map(\.name)))
    let layer = "model.layers.0."
    // Tensor 4 is queries (32 rows), keys (16) and values (16), tensor 7 gate and up, 24 rows each.
    for (name, start) in [
      ("self_attn.q_proj", 40_000), ("self_attn.k_proj", 40_000 + 32 * 32),
      ("self_attn.v_proj", 40_000 + 48 * 32),
      ("mlp.gate_proj", 70_000), ("mlp.up_proj", 70_000 + 24 * 32), ("mlp.down_proj", 80_000),
    ] {
      let values = try files.tensors.readAll(layer + name + ".weight")
      #expect(values == values.indices.map { Float(start + $0) }, "\(name)")
    }
  }

  @Test func itIsReadAndNotWritten() throws {
    let configuration = try ModelLoader.open(path: Self.golden).configuration
    let error = #expect(throws: InputError.self) { try GGUFArchitecture.of(configuration) }
    #expect(error?.key == "model_type" && error?.expected?.contains("phi3") == false)
  }

  @Test func factorsThatAreMissingAreNamed() throws {
    let folder = try TemporaryFolder(inMemory: true)
    var bytes = try File.readAll(Self.golden, limit: 1 << 20)
    // The list for short sequences is missing under its name.
    let name = Array("rope_factors_short".utf8)
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: name) })
    bytes[place] = UInt8(ascii: "x")
    try DurableFile.write(bytes, to: folder.file("a.gguf"))
    let error = #expect(throws: InputError.self) { try ModelLoader.open(path: folder.file("a.gguf")) }
    #expect(error?.key?.contains("rope_factors_short") == true)
  }
}
