import DraftData
import FileSystem
import TestSupport

/// What Hugging Face tokenizers says, made by `Tests/Golden/tokenizer_golden.py`.
struct TokenizerGolden {
  struct Variant {
    var name: String
    var json: JSONValue
    var plain: [[Int32]]
    var special: [Int32]
    var decoded: [String]

    /// This tokenizer, read from a file of a fresh folder.
    func tokenizer() throws -> any Tokenizer { try TokenizerFixture.load(json) }
  }

  var documents: [String]
  var texts: [String]
  var variants: [Variant]

  static let names = ["gpt2", "llama3", "qwen2", "llama2", "metaspace", "digits"]

  init() throws {
    let path = repositoryRoot + "/Tests/Golden/tokenizer_golden.json"
    let node = try JSONNode.parse(try File.readAll(path, limit: 1 << 24), file: path)
    documents = try node.required("documents").elements.map { try $0.string }
    texts = try node.required("texts").elements.map { try $0.string }
    let ids: (JSONNode) throws -> [Int32] = { try $0.elements.map { Int32(try $0.int) } }
    variants = try node.required("variants").elements.map { variant in
      Variant(
        name: try variant.required("name").string, json: try variant.required("tokenizer").value,
        plain: try variant.required("plain").elements.map(ids), special: try ids(variant.required("special")),
        decoded: try variant.required("decoded").elements.map { try $0.string })
    }
  }

  func variant(_ name: String) throws -> Variant {
    guard let variant = variants.first(where: { $0.name == name }) else {
      throw InputError(.missing, found: "no variant \(name)")
    }
    return variant
  }
}
