internal import Models

/// The tokens of a small head as SGLang's `--speculative-token-map` reads them: a list of the target's ids, pickled as
/// `torch.load` takes it, in PyTorch's layout of before 1.6, which needs no archive around it.
///
/// Such a file is five pickles (protocol 2) one after another: a magic number, the layout's version, the writer's
/// machine, the object, and the keys of the tensors behind it, of which there are none.
///
/// Sources: PyTorch, `torch/serialization.py`, `_legacy_save`; SGLang, `load_token_map`; Python, `pickletools`.
struct TokenMapFile {
  static let name = "token-map.pt"
  let bytes: [UInt8]

  init(_ vocabulary: DraftVocabulary) {
    let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    var bytes = Self.pickle([Opcode.long, UInt8(magic.count)] + magic)
    bytes += Self.pickle(Self.integer(1001))
    bytes += Self.pickle(
      Self.dictionary([
        ("protocol_version", Self.integer(1001)), ("little_endian", [Opcode.true]),
        (
          "type_sizes",
          Self.dictionary([("short", Self.integer(2)), ("int", Self.integer(4)), ("long", Self.integer(4))])
        ),
      ]))
    bytes += Self.pickle(
      [Opcode.emptyList, Opcode.mark] + vocabulary.targetIDs.flatMap(Self.integer) + [Opcode.appends])
    self.bytes = bytes + Self.pickle([Opcode.emptyList])
  }

  /// Opcodes of the pickle machine.
  private enum Opcode {
    static let protocolVersion: UInt8 = 0x80
    static let stop = UInt8(ascii: ".")
    static let integer = UInt8(ascii: "J")
    static let long: UInt8 = 0x8A
    static let `true`: UInt8 = 0x88
    static let text = UInt8(ascii: "X")
    static let emptyDictionary = UInt8(ascii: "}")
    static let setItems = UInt8(ascii: "u")
    static let emptyList = UInt8(ascii: "]")
    static let appends = UInt8(ascii: "e")
    static let mark = UInt8(ascii: "(")
  }

  private static func pickle(_ object: [UInt8]) -> [UInt8] {
    [Opcode.protocolVersion, 2] + object + [Opcode.stop]
  }

  private static func littleEndian(_ value: Int32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func integer(_ value: Int32) -> [UInt8] { [Opcode.integer] + littleEndian(value) }

  private static func dictionary(_ members: [(String, [UInt8])]) -> [UInt8] {
    var bytes = [Opcode.emptyDictionary, Opcode.mark]
    for (key, value) in members {
      bytes.append(Opcode.text)
      bytes += littleEndian(Int32(key.utf8.count)) + Array(key.utf8) + value
    }
    return bytes + [Opcode.setItems]
  }
}
