import DraftData
import FileSystem
import TestSupport
import Testing

@Suite("llama2.c tokenizers")
struct Llama2CTokenizerTests {
  /// Pieces behind the three control tokens and, when asked for, the 256 bytes.
  private func file(_ pieces: [(String, Float)], hasBytes: Bool = true) -> [UInt8] {
    var all: [(String, Float)] = [("<unk>", 0), ("\n<s>\n", 0), ("\n</s>\n", 0)]
    if hasBytes {
      let digits = Array("0123456789ABCDEF")
      all += (0..<256).map { ("<0x\(digits[$0 / 16])\(digits[$0 % 16])>", 0) }
    }
    all += pieces
    var bytes = word(UInt32(all.map(\.0.utf8.count).max() ?? 1))
    for (text, score) in all {
      bytes += word(score.bitPattern) + word(UInt32(text.utf8.count)) + Array(text.utf8)
    }
    return bytes
  }

  private func word(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private func load(_ bytes: [UInt8]) throws -> any Tokenizer {
    try TokenizerFixture.withFolder([("tokenizer.bin", bytes)]) { try TokenizerLoader.load(path: $0) }
  }

  private let pieces: [(String, Float)] = [
    (" a", -1), ("ab", -2), ("b c", -3), ("bb", -3), (" ab", -4), ("aa", -5), ("aaa", -6), (" ", -7),
    ("a", -8),
    ("b", -9), ("c", -10), ("é", -11), ("  ", -6.5),
  ]

  /// llama2.c's own algorithm, word for word: look the characters up, then merge the best-scoring pair.
  private func reference(_ text: String, _ pieces: [(String, Float)]) -> [Int32] {
    let find: (String) -> Int? = { text in pieces.firstIndex { $0.0 == text } }
    var parts: [(text: String, id: Int32)] = []
    for scalar in (text.isEmpty ? "" : " " + text).unicodeScalars {
      if let index = find(String(scalar)) {
        parts.append((String(scalar), Int32(259 + index)))
      } else {
        parts += String(scalar).utf8.map { ("", Int32($0) + 3) }
      }
    }
    while true {
      var best: (score: Float, at: Int, index: Int)?
      for at in parts.indices.dropLast() where !parts[at].text.isEmpty && !parts[at + 1].text.isEmpty {
        guard let index = find(parts[at].text + parts[at + 1].text) else { continue }
        if best.map({ pieces[index].1 > $0.score }) ?? true { best = (pieces[index].1, at, index) }
      }
      guard let best else { return parts.map(\.id) }
      parts[best.at] = (pieces[best.index].0, Int32(259 + best.index))
      parts.remove(at: best.at + 1)
    }
  }

  @Test("encodes as llama2.c does, equal scores included")
  func likeLlama2C() throws {
    let tokenizer = try load(file(pieces))
    var state: UInt64 = 5
    for round in 0..<400 {
      let text = (0..<round % 60).map { _ -> String in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return ["a", "b", "c", " ", "é", "😀", "a", "b"][Int(state >> 61)]
      }.joined()
      #expect(tokenizer.encode(text, addSpecialTokens: false) == reference(text, pieces), "'\(text)'")
    }
    #expect(tokenizer.encode("ab", addSpecialTokens: true).first == 1)
    #expect(tokenizer.beginOfText == 1 && tokenizer.endOfText == 2)
  }

  @Test("gives the text back without the space in front")
  func decoding() throws {
    let tokenizer = try load(file(pieces))
    for text in ["", "a", " a", "  ab", "abc é😀\n", "\u{0}"] {
      #expect(tokenizer.decode(tokenizer.encode(text, addSpecialTokens: true)) == text)
    }
  }

  @Test("without byte pieces unknown characters become one unknown token")
  func unknown() throws {
    let tokenizer = try load(file([(" ", -1), ("a", -2)], hasBytes: false))
    #expect(tokenizer.encode("a😀éa", addSpecialTokens: false) == [3, 4, 0, 4])
  }

  @Test("written as tokenizer.json it encodes the same")
  func export() throws {
    let distinct = pieces.enumerated().map { ($1.0, -Float($0)) }
    let tokenizer = try load(file(distinct))
    let reread = try TokenizerFixture.load(try JSONValue.parse(try tokenizer.tokenizerJSON()))
    for text in ["", "ab", "a bb c", "  abé😀 aab", "b cab"] {
      #expect(reread.encode(text, addSpecialTokens: true) == tokenizer.encode(text, addSpecialTokens: true))
    }
    #expect(reread.beginOfText == 1 && reread.endOfText == 2)
  }

  @Test("cut files and impossible lengths are refused")
  func hostile() throws {
    let good = file(pieces)
    func refused(_ bytes: [UInt8]) -> Bool {
      do {
        _ = try load(bytes)
        return false
      } catch { return (error as? InputError)?.code == .badData }
    }
    #expect(!refused(good))
    // A file cut behind its third piece or a later one is a smaller file of the same kind.
    for cut in 0..<60 where cut != 44 && cut != 58 { #expect(refused(Array(good[..<cut])), "\(cut)") }
    #expect(refused(Array(good.dropLast())))
    for length: UInt32 in [0x7FFF_FFFF, 0x8000_0000, .max] {
      #expect(refused(word(length) + good.dropFirst(4)))
      #expect(refused(Array(good[..<8]) + word(length) + good[12...]))
    }
    #expect(refused(word(0) + good.dropFirst(4)))
    #expect(refused(file([("a", .nan)])))
    #expect(refused(file([("", -1)])))
    #expect(refused(file([("a", -1), ("a", -2)])))
    #expect(refused(file([("a", -1)], hasBytes: false).dropLast() + [0xFF]))
    #expect(refused([UInt8](repeating: 0, count: 1000)))
  }
}
