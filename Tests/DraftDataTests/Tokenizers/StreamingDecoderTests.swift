import DraftData
import Testing

@Suite("Streaming decoder")
struct StreamingDecoderTests {
  private func tokenizer() throws -> any Tokenizer {
    try TokenizerFixture.load(TokenizerFixture.byteLevelJSON())
  }

  @Test("holds back the bytes of an unfinished character")
  func unfinished() throws {
    let tokenizer = try tokenizer()
    var decoder = StreamingDecoder(tokenizer)
    let pieces = Array("é😀a".utf8).map { decoder.append(Int32($0)) }
    #expect(pieces == ["", "é", "", "", "", "😀", "a"])
    #expect(decoder.finish() == "")
  }

  @Test("gives out what can never become a character, at once")
  func hopeless() throws {
    let tokenizer = try tokenizer()
    var decoder = StreamingDecoder(tokenizer)
    #expect(decoder.append(0xFF) == "\u{FFFD}")
    #expect(decoder.append(0xE2) == "")
    #expect(decoder.append(0x41) == "\u{FFFD}A")
    #expect(decoder.append(0xED) == "")
    #expect(decoder.append(0xA0).unicodeScalars.allSatisfy { $0 == "\u{FFFD}" })
    #expect(decoder.append(0xF0) == "")
    #expect(decoder.finish() == "\u{FFFD}")
    #expect(decoder.finish() == "")
  }

  @Test("joined pieces are the decoded text for any bytes")
  func anyBytes() throws {
    let tokenizer = try tokenizer()
    var state: UInt64 = 3
    for _ in 0..<200 {
      let ids = (0..<40).map { _ -> Int32 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let interesting: [Int32] = [0x41, 0xC3, 0xA9, 0xE2, 0x96, 0x81, 0xF0, 0x9F, 0x98, 0x80, 0xED, 0xFF]
        return interesting[Int((state >> 40) % 12)]
      }
      var decoder = StreamingDecoder(tokenizer)
      var text = ""
      for id in ids { text += decoder.append(id) }
      text += decoder.finish()
      #expect(text.unicodeScalars.elementsEqual(tokenizer.decode(ids).unicodeScalars))
    }
  }
}
