import DraftData
import FileSystem
import Testing

/// Malformed and malicious `tokenizer.json` files end in an `InputError` that says what is wrong.
@Suite("Hostile tokenizer.json")
struct TokenizerJSONHostileTests {
  private let good = TokenizerFixture.byteLevelJSON()

  private func refusal(_ json: JSONValue) throws -> String {
    try refusal(bytes: try json.serializedBytes())
  }

  private func refusal(bytes: [UInt8]) throws -> String {
    try TokenizerFixture.withFolder([("tokenizer.json", bytes)]) { folder in
      do {
        _ = try TokenizerLoader.load(path: folder)
        return "accepted"
      } catch {
        let input = try #require(error as? InputError)
        #expect(input.code == .badData && input.file?.hasSuffix("tokenizer.json") == true)
        return input.description
      }
    }
  }

  private func withVocabulary(_ change: (inout JSONObject) -> Void) throws -> JSONValue {
    var vocabulary = try #require(good["model"]?["vocab"]?.objectValue)
    change(&vocabulary)
    return good.setting("model", "vocab", to: .object(vocabulary))
  }

  @Test("the file that the others are bent from is read")
  func accepted() throws { #expect(try refusal(good) == "accepted") }

  @Test("other models are refused by name", arguments: ["Unigram", "WordPiece", "WordLevel"])
  func models(type: String) throws {
    #expect(try refusal(good.setting("model", "type", to: .string(type))).contains("of type '\(type)'"))
  }

  @Test("a Unigram model without a type is recognised by its list of pieces")
  func untypedUnigram() throws {
    let model: JSONValue = ["unk_id": 0, "vocab": [["<unk>", 0.0], ["a", -1.5]]]
    #expect(try refusal(good.setting("model", to: model)).contains("Unigram"))
  }

  @Test(
    "ids that no embedding has are refused",
    arguments: [
      -1, 2_147_483_648, 1_000_000_000_000_000_000, .integer(.min), .integer(.max), 1e18, 2.5, "7", nil,
    ] as [JSONValue])
  func ids(id: JSONValue) throws {
    #expect(try refusal(withVocabulary { $0["new"] = id }).contains("'new'"))
    let added: JSONValue = [["id": id, "content": "<x>", "special": true]]
    #expect(try refusal(good.setting("added_tokens", to: added)).contains("added_tokens[0].id"))
  }

  @Test("an id for two tokens and two ids for a token are refused; gaps are fine")
  func duplicates() throws {
    #expect(try refusal(withVocabulary { $0["new"] = 5 }).contains("the id 5 for"))
    let bytes = try good.serialized().replacing("\"ab\":256", with: "\"ab\":256,\"ab\":256")
    #expect(try refusal(bytes: Array(bytes.utf8)).contains("second time"))
    let other: JSONValue = [["id": 900, "content": "ab"]]
    #expect(try refusal(good.setting("added_tokens", to: other)).contains("the ids 256 and 900"))
    let taken: JSONValue = [["id": 256, "content": "<x>"]]
    #expect(try refusal(good.setting("added_tokens", to: taken)).contains("the id 256"))
    #expect(try refusal(withVocabulary { $0["new"] = 5000 }) == "accepted")
  }

  @Test("merges that are no two known tokens are refused with their place")
  func merges() throws {
    let bad: [JSONValue] = [
      "", "a", "a  b", "a b c", " a", [], ["a"], ["a", "b", "c"], ["a", 1], 7, nil, [["a"]],
    ]
    for merge in bad + ["a zz", "zz a", "b c"] {
      let message = try refusal(good.setting("model", "merges", to: ["a b", merge]))
      #expect(message.contains("model.merges[1]"), "\(message)")
    }
    #expect(try refusal(good.setting("model", "merges", to: "a b")).contains("expected an array"))
    #expect(try refusal(good.setting("model", "merges", to: ["a b", "a b"])) == "accepted")
  }

  @Test(
    "unknown patterns are refused by name",
    arguments: ["(a+)+", "(?<=a)b", "", String(repeating: "a|", count: 1 << 19)])
  func patterns(pattern: String) throws {
    let split: JSONValue = ["type": "Split", "pattern": ["Regex": .string(pattern)], "behavior": "Isolated"]
    let message = try refusal(good.setting("pre_tokenizer", to: split))
    #expect(message.contains("unknown split pattern \(pattern.prefix(50))") && message.utf8.count < 1000)
  }

  @Test(
    "unknown parts are refused by name",
    arguments: ["normalizer", "pre_tokenizer", "post_processor", "decoder"])
  func parts(key: String) throws {
    #expect(try refusal(good.setting(key, to: ["type": "Surprise"])).contains("of type 'Surprise'"))
    #expect(try refusal(good.setting(key, to: [:])).contains("\(key).type"))
    #expect(try refusal(good.setting(key, to: "ByteLevel")).contains(key))
    let inner: JSONValue = [["type": "Surprise"]]
    let sequence: JSONValue = [
      "type": "Sequence", "normalizers": inner, "pretokenizers": inner, "processors": inner,
      "decoders": inner,
    ]
    #expect(try refusal(good.setting(key, to: sequence)).contains("[0].type"))
  }

  @Test("normalizers that blow a text up are refused")
  func expansion() throws {
    let replace: (String) -> JSONValue = {
      ["type": "Replace", "pattern": ["String": " "], "content": .string(String(repeating: $0, count: 60))]
    }
    let chain: JSONValue = ["type": "Sequence", "normalizers": [replace(" "), replace(" ")]]
    #expect(try refusal(good.setting("normalizer", to: chain)).contains("times longer"))
    #expect(try refusal(good.setting("normalizer", to: replace("x"))) == "accepted")
    let empty: JSONValue = ["type": "Replace", "pattern": ["String": ""], "content": "x"]
    #expect(try refusal(good.setting("normalizer", to: empty)).contains("empty pattern"))
    let regex: JSONValue = ["type": "Replace", "pattern": ["Regex": "(a+)+"], "content": "x"]
    #expect(try refusal(good.setting("normalizer", to: regex)).contains("no literal text"))
  }

  @Test("a byte-level vocabulary that lacks a byte is refused")
  func missingByte() throws {
    #expect(try refusal(withVocabulary { $0["Ġ"] = nil }).contains("no token for the byte 0x20"))
    #expect(
      try refusal(good.setting("pre_tokenizer", to: nil).setting("decoder", to: nil)).contains("neither byte")
    )
  }

  @Test("templates with unknown tokens, empty added tokens and other settings that lose text are refused")
  func others() throws {
    let template: JSONValue = [
      "type": "TemplateProcessing", "single": [["SpecialToken": ["id": "<s>", "type_id": 0]]],
      "special_tokens": ["<s>": ["id": "<s>", "ids": [70_000], "tokens": ["<s>"]]],
    ]
    #expect(try refusal(good.setting("post_processor", to: template)).contains("70000"))
    #expect(
      try refusal(
        good.setting("post_processor", to: template).setting("post_processor", "special_tokens", to: [:])
      )
      .contains("without ids"))
    #expect(try refusal(good.setting("added_tokens", to: [["id": 300, "content": ""]])).contains("empty"))
    #expect(try refusal(good.setting("model", "dropout", to: 0.1)).contains("random"))
    #expect(try refusal(good.setting("model", "end_of_word_suffix", to: "</w>")).contains("'</w>'"))
    #expect(try refusal(good.setting("model", "unk_token", to: "<none>")).contains("'<none>'"))
    let early: JSONValue = [
      "type": "Sequence",
      "pretokenizers": [["type": "ByteLevel"], ["type": "Digits", "individual_digits": true]],
    ]
    #expect(try refusal(good.setting("pre_tokenizer", to: early)).contains("ByteLevel last"))
  }

  @Test("broken JSON, lone surrogates, deep nesting and missing parts are refused")
  func broken() throws {
    #expect(try refusal(bytes: []).contains("the text ends"))
    #expect(try refusal(bytes: Array("[]".utf8)).contains("expected an object"))
    #expect(try refusal(bytes: Array("{}".utf8)).contains("model"))
    #expect(try refusal(bytes: Array(repeating: 0x5B, count: 100_000)).contains("deeper"))
    let text = try good.serialized()
    #expect(
      try refusal(bytes: Array(text.replacing("\"abc\"", with: "\"\\ud800\"").utf8)).contains("surrogate"))
    #expect(try refusal(good.setting("model", "vocab", to: nil)).contains("model.vocab"))
    #expect(try refusal(good.setting("model", "merges", to: nil)).contains("model.merges"))
    for cut in stride(from: 1, to: text.utf8.count, by: 97) {
      #expect(try refusal(bytes: Array(text.utf8.prefix(cut))) != "accepted")
    }
  }
}
