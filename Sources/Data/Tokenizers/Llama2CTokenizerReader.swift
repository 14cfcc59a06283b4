import FileSystem

/// Reads llama2.c's `tokenizer.bin`: the longest piece's length, then for each id a score, a length and bytes.
///
/// Encoding merges the adjacent pair whose union has the highest score, the leftmost among equals, as llama2.c's
/// `encode` does; so scores become ranks. Differences: pieces are kept with `▁` instead of a space, `<s>` and
/// `</s>` without the line feeds around them, and a character without piece becomes `<unk>` when there are no
/// byte pieces (llama2.c would read outside its vocabulary).
///
/// Source: A. Karpathy, llama2.c, 2023, `tokenizer.py` (export) and `run.c` (encode).
struct Llama2CTokenizerReader {
  private static let byteCount = 256

  let bytes: [UInt8]
  let file: String
  private var position = 0

  init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  private struct Piece {
    var text: [UInt8]
    var score: Float
  }

  static func read(_ bytes: [UInt8], file: String) throws -> BPETokenizer {
    var reader = Llama2CTokenizerReader(bytes: bytes, file: file)
    return try reader.tokenizer(try reader.pieces())
  }

  private mutating func pieces() throws -> [Piece] {
    let longest = try word("the longest piece's length")
    guard (1...65_536).contains(longest) else {
      throw error(
        "a longest piece of \(longest) bytes", expected: "1 to 65536, as in a llama2.c tokenizer.bin")
    }
    var pieces: [Piece] = []
    while position < bytes.count {
      let score = Float(bitPattern: try word("a score"))
      guard !score.isNaN else { throw error("a score that is no number", expected: "a number") }
      let length = Int(try word("a length"))
      guard length <= Int(longest), position + length <= bytes.count else {
        throw error("a piece of \(length) bytes", expected: "at most \(longest), inside the file")
      }
      guard pieces.count < Vocabulary.idLimit else {
        throw error("more pieces than any model has", expected: "at most \(Vocabulary.idLimit)")
      }
      pieces.append(Piece(text: Array(bytes[position..<position + length]), score: score))
      position += length
    }
    guard pieces.count >= 3 else { throw error("\(pieces.count) pieces", expected: "at least 3") }
    return pieces
  }

  private mutating func word(_ name: String) throws -> UInt32 {
    guard position + 4 <= bytes.count else { throw error("the file ends in \(name)", expected: "4 bytes") }
    defer { position += 4 }
    return (0..<4).reduce(0) { $0 | UInt32(bytes[position + $1]) << UInt32(8 * $1) }
  }

  private func error(_ found: String, expected: String) -> InputError {
    InputError(.badData, file: file, at: .byte(position), found: found, expected: expected)
  }

  private func tokenizer(_ pieces: [Piece]) throws -> BPETokenizer {
    var vocabulary = Vocabulary(minimumCapacity: pieces.count)
    let controls = ["<unk>", "<s>", "</s>"]
    for (id, piece) in pieces.enumerated() {
      let text = id < controls.count ? controls[id] : try spelling(piece, id)
      try vocabulary.insert(text, id: id, file: file, key: "piece \(id)")
    }
    var options = BPEModel.Options()
    options.unknownToken = controls[0]
    options.fusesUnknown = true
    options.hasByteFallback = (UInt8.min...UInt8.max).allSatisfy {
      vocabulary.id(of: ByteFallback.token(of: $0)) != nil
    }
    let scored = pieces.indices.dropFirst(controls.count).map { (Int32($0), pieces[$0].score) }
    let model = try BPEFiles.model(
      vocabulary, SentencePieceRules.rules(scored, vocabulary), options, file: file)
    var parts = BPETokenizer.Parts(model: model)
    parts.addedTokens = controls.enumerated().map { AddedToken(id: Int32($0), content: $1) }
    parts.normalizer = .sequence([.prepend(Metaspace.text), .replace(" ", with: Metaspace.text)])
    parts.decoder = .metaspace(.one, byteFallback: options.hasByteFallback)
    parts.prefix = [1]
    parts.beginOfText = 1
    parts.endOfText = 2
    return BPETokenizer(parts)
  }

  private func spelling(_ piece: Piece, _ id: Int) throws -> String {
    let spaced = Metaspace.replacingSpaces(piece.text[...])
    guard !spaced.isEmpty, let text = String(validating: spaced, as: UTF8.self) else {
      throw InputError(
        .badData, file: file, key: "piece \(id)", found: "a piece that is empty or no UTF-8", expected: "text"
      )
    }
    return text
  }
}
