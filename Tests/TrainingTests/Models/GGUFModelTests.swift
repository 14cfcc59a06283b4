import Autodiff
import DraftData
import FileSystem
import Models
import TestSupport
import Testing

private let golden = repositoryRoot + "Tests/Golden/gguf/llama.gguf"

@Suite struct GGUFModelTests {
  /// The order of the tensors in `make_llama.py`, which decides their values.
  private static let order = [
    "model.embed_tokens.weight", "model.norm.weight", "lm_head.weight",
    "model.layers.0.input_layernorm.weight",
    "model.layers.0.self_attn.q_proj.weight", "model.layers.0.self_attn.k_proj.weight",
    "model.layers.0.self_attn.v_proj.weight", "model.layers.0.self_attn.o_proj.weight",
    "model.layers.0.post_attention_layernorm.weight", "model.layers.0.mlp.gate_proj.weight",
    "model.layers.0.mlp.up_proj.weight", "model.layers.0.mlp.down_proj.weight",
  ]

  private static func changed(_ old: String, to new: String) throws -> [UInt8] {
    try #require(old.utf8.count == new.utf8.count)
    var bytes = try File.readAll(golden, limit: 1 << 20)
    let (pattern, content) = (Array(old.utf8), Array(new.utf8))
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: pattern) })
    bytes.replaceSubrange(place..<place + pattern.count, with: content)
    return bytes
  }

  private func failure(_ bytes: [UInt8]) throws -> InputError? {
    let folder = try TemporaryFolder(inMemory: true)
    try DurableFile.write(bytes, to: folder.file("a.gguf"))
    let path = folder.file("a.gguf")
    return #expect(throws: InputError.self) { try ModelLoader.open(path: path) }
  }

  @Test func theConfigurationIsReadFromTheKeys() throws {
    let files = try ModelLoader.open(path: golden)
    #expect(files.format == .gguf)
    #expect(
      files.configuration
        == ModelConfiguration(
          vocabularySize: 7, hiddenSize: 32, feedForwardSize: 24, layerCount: 1, headCount: 2, kvHeadCount: 1,
          headSize: 16, normEpsilon: 1e-5, ropeTheta: 500_000,
          ropeScaling: .llama3(
            factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 8192),
          tiesEmbeddings: false, maxPositions: 1024, beginToken: 1, endTokens: [2]))
    #expect(files.tensors.names.sorted() == Self.order.sorted())
  }

  @Test func tensorsComeUnderHuggingFacesNamesAndInItsOrderOfRows() throws {
    let source = try ModelLoader.open(path: golden).tensors
    for (number, name) in Self.order.enumerated() {
      let values = try source.readAll(name)
      #expect(values == values.indices.map { Float(10_000 * number + $0) }, "\(name)")
    }
    let queries = "model.layers.0.self_attn.q_proj.weight"
    let all = try source.readAll(queries)
    var rows: [Float] = []
    for range in [0..<1, 3..<21, 15..<17, 31..<32, 32..<32] {
      try source.read(queries, rows: range, into: &rows)
      #expect(rows == Array(all[range.lowerBound * 32..<range.upperBound * 32]), "\(range)")
    }
  }

  @Test func theModelLoadsWithItsTokenizer() throws {
    let loaded = try ModelLoader.load(path: golden, on: CPUBackend(threads: 1))
    #expect(loaded.tokenizer?.encode("abab", addSpecialTokens: true) == [1, 3, 6, 6])
    #expect(loaded.tokenizer?.decode([3, 6]) == "ab")
    let files = try #require(try loaded.files.tokenizerFiles())
    #expect(files.chatTemplate == "{{ messages }}")
    let again = try TokenizerLoader.read(
      tokenizerJSON: files.json, file: "tokenizer.json", beginToken: 1, endTokens: [2])
    #expect(again.encode("ba ab", addSpecialTokens: true) == [1, 3, 5, 4, 3, 6])
  }

  @Test func aFileThatEndsAnywhereIsRefused() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a.gguf")
    let bytes = try File.readAll(golden, limit: 1 << 20)
    // The last tensor ends where the file does: its factors fill a whole unit of alignment.
    for length in 0..<bytes.count where length < 2500 || length % 97 == 0 || length == bytes.count - 1 {
      try DurableFile.write(Array(bytes.prefix(length)), to: path)
      #expect(throws: InputError.self, "\(length) bytes") { try ModelLoader.open(path: path) }
    }
  }

  @Test func whatPacerDoesNotHaveIsNamed() throws {
    let cases = [
      ("general.architecture", try Self.changed("llama", to: "grock")),
      ("llama.attention.head_count", try Self.changed("attention.head_count", to: "attention.head_kount")),
      (
        "llama.attention.layer_norm_rms_epsilon", try Self.changed("norm_rms_epsilon", to: "norm_rms_epsilom")
      ),
      ("tensors", try Self.changed("blk.0.attn_v", to: "blk.0.attn_w")),
      ("tensors", try Self.changed("blk.0.attn_v", to: "blk.1.attn_v")),
      ("token_embd.weight", try Self.changed("token_embd", to: "token_emb_")),
    ]
    for (key, bytes) in cases { #expect(try failure(bytes)?.key == key, "\(key)") }
  }

  @Test func factorsThatNoScalingExplainsAreRefused() throws {
    var bytes = try File.readAll(golden, limit: 1 << 20)
    let file = try GGUFFile(golden)
    let factors = try file.readAll("rope_freqs.weight")
    #expect(factors.first == 1 && factors.last == 8)
    // The factors are the last tensor: the second to last of them becomes 3.
    let place = bytes.count - 8
    bytes.replaceSubrange(place..<place + 4, with: [0, 0, 0x40, 0x40])
    #expect(try failure(bytes)?.key == "rope_freqs.weight")
  }
}
