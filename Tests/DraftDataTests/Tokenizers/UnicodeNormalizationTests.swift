import DraftData
import TestSupport
import Testing

/// What a tokenizer with a Unicode normalizer makes of text, read back from its ids.
@Suite struct UnicodeNormalizationTests {
  /// A byte-level tokenizer, so that its ids spell exactly what the normalizer left.
  private static func tokenizer(_ form: String) throws -> any Tokenizer {
    var trainer = try BPETrainer(vocabularySize: 257)
    trainer.add("a")
    let json = String(decoding: try trainer.train().tokenizerJSON(), as: UTF8.self)
    let changed = json.replacing("\"normalizer\": null", with: "\"normalizer\": {\"type\": \"\(form)\"}")
    return try TokenizerLoader.read(
      tokenizerJSON: Array(changed.utf8), file: "tokenizer.json", beginToken: nil, endTokens: [])
  }

  private static func normalized(_ text: String, _ form: String = "NFC") throws -> [UInt32] {
    let tokenizer = try tokenizer(form)
    return tokenizer.decode(tokenizer.encode(text, addSpecialTokens: false)).unicodeScalars.map(\.value)
  }

  @Test(arguments: [
    ("e\u{301}", [0xE9]), ("\u{212B}", [0xC5]), ("a\u{328}\u{301}", [0x105, 0x301]),
    // Marks change places, and one that is blocked by its own class does not join.
    ("a\u{301}\u{328}", [0x105, 0x301]), ("a\u{346}\u{301}", [0x61, 0x346, 0x301]),
    // Composed step by step, and a composite that the standard excludes.
    ("\u{3B1}\u{313}\u{301}\u{345}", [0x1F84]), ("\u{958}", [0x915, 0x93C]),
    // Hangul.
    ("\u{1112}\u{1161}\u{11AB}", [0xD55C]), ("\u{AC00}\u{11A8}", [0xAC01]),
    ("\u{AC00}\u{11A7}", [0xAC00, 0x11A7]),
    // Beyond the first plane, where an ideograph for compatibility becomes the usual one.
    ("\u{2F9D4}", [0x8CAB]), ("\u{11099}\u{110BA}", [0x1109A]),
  ])
  func compositionIsThatOfTheStandard(text: String, expected: [UInt32]) throws {
    #expect(try Self.normalized(text) == expected)
  }

  /// A tag is no letter, though its code ends like one.
  @Test func aTagBeforeAnAccentStaysATag() throws {
    #expect(try Self.normalized("\u{E004D}\u{301}") == [0xE004D, 0x301])
  }

  /// The Telugu nukta of Unicode 14 keeps its place, as in the tokenizers package, which knows Unicode 9.
  @Test func newerMarksDoNotChangePlaces() throws {
    #expect(try Self.normalized("\u{C15}\u{31E}\u{C3C}") == [0xC15, 0x31E, 0xC3C])
  }

  @Test func compatibilityFormsAreReplacedToo() throws {
    #expect(try Self.normalized("\u{FB01}\u{2460}\u{FF21}", "NFKC") == [0x66, 0x69, 0x31, 0x41])
    #expect(try Self.normalized("\u{1E9B}\u{323}", "NFKC") == [0x1E69])
    #expect(try Self.normalized("\u{FB01}") == [0xFB01])
  }

  /// Letters of Unicode 17 are none to the pre-tokenizer: the ids do not depend on the standard library.
  @Test func lettersOfTomorrowAreNone() throws {
    let tokenizer = try TokenizerLoader.load(path: repositoryRoot + "checkpoints/lab-target")
    let (known, unknown) = (
      tokenizer.encode("\u{4E00}*the", addSpecialTokens: false),
      tokenizer.encode("\u{18DDB}*the", addSpecialTokens: false)
    )
    // After a letter "*the" is one word, after anything else "*" belongs to what stands before it.
    let word = tokenizer.encode("*the", addSpecialTokens: false)
    #expect(Array(known.suffix(word.count)) == word)
    #expect(unknown.last == tokenizer.encode("the", addSpecialTokens: false).last)
  }
}
