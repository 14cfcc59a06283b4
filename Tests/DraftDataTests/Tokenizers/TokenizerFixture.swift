import DraftData
import FileSystem
import TestSupport
import Testing

/// Small tokenizers in folders of their own.
enum TokenizerFixture {
  /// Writes files into a fresh folder, calls `body` with its path and removes it.
  static func withFolder<Result>(
    _ files: [(name: String, bytes: [UInt8])], _ body: (String) throws -> Result
  ) throws -> Result {
    let folder = try TemporaryFolder()
    for file in files { try DurableFile.write(file.bytes, to: folder.file(file.name)) }
    return try withExtendedLifetime(folder) { try body(folder.path) }
  }

  static func load(_ json: JSONValue) throws -> any Tokenizer {
    try withFolder([("tokenizer.json", try json.serializedBytes())]) { try TokenizerLoader.load(path: $0) }
  }

  /// A byte-level tokenizer with two merges, to be bent by tests.
  static func byteLevelJSON() -> JSONValue {
    var vocabulary = JSONObject()
    let spelled = (0..<256).map { byte -> String in
      let printable = (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || byte >= 0xAE
      let shifted = (0..<byte).count {
        !((0x21...0x7E).contains($0) || (0xA1...0xAC).contains($0) || $0 >= 0xAE)
      }
      return String(Unicode.Scalar(UInt32(printable ? byte : 0x100 + shifted)) ?? " ")
    }
    for (id, token) in (spelled + ["ab", "abc"]).enumerated() { vocabulary[token] = .integer(id) }
    return [
      "version": "1.0", "added_tokens": [], "normalizer": nil,
      "pre_tokenizer": ["type": "ByteLevel", "add_prefix_space": false, "use_regex": true],
      "post_processor": nil, "decoder": ["type": "ByteLevel"],
      "model": ["type": "BPE", "vocab": .object(vocabulary), "merges": ["a b", ["ab", "c"]]],
    ]
  }
}

extension TokenizerFixture {
  /// `json` with merges q+q and qq+qq put behind its own.
  static func withRepeatedLetterMerges(_ json: JSONValue) throws -> any Tokenizer {
    var vocabulary = try #require(json["model"]?["vocab"]?.objectValue)
    let size = vocabulary.count
    vocabulary["qq"] = .integer(size + 1000)
    vocabulary["qqqq"] = .integer(size + 1001)
    let merges = try #require(json["model"]?["merges"]?.arrayValue)
    return try load(
      json.setting("model", "vocab", to: .object(vocabulary))
        .setting("model", "merges", to: .array(merges + [["q", "q"], ["qq", "qq"]])))
  }
}

extension JSONValue {
  /// This object with the value at a path of keys replaced.
  func setting(_ path: String..., to value: JSONValue) -> JSONValue { setting(path[...], to: value) }

  private func setting(_ path: ArraySlice<String>, to value: JSONValue) -> JSONValue {
    guard let key = path.first, var object = objectValue else { return value }
    object[key] = (object[key] ?? [:]).setting(path.dropFirst(), to: value)
    return .object(object)
  }
}
