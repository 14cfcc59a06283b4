import FileSystem

/// Vocabularies and merge lists as the different files spell them.
enum BPEFiles {
  /// `{token: id}`.
  static func vocabulary(_ node: JSONNode) throws -> Vocabulary {
    let members = try node.object.members
    var vocabulary = Vocabulary(minimumCapacity: members.count)
    for member in members {
      guard case .integer(let id) = member.value else {
        throw node.error(
          found: "\(member.value.kindName) as the id of '\(member.key.prefix(40))'",
          expected: "a whole number")
      }
      try vocabulary.insert(member.key, id: id, file: node.file, key: node.path)
    }
    return vocabulary
  }

  /// `["a b", …]` or `[["a", "b"], …]`.
  static func merges(_ node: JSONNode, _ vocabulary: Vocabulary) throws -> [BPEModel.Rule] {
    guard case .array(let elements) = node.value else {
      throw node.error(found: "found \(node.value.kindName)", expected: "an array")
    }
    var rules: [BPEModel.Rule] = []
    rules.reserveCapacity(elements.count)
    for (rank, element) in elements.enumerated() {
      let spelled: (left: [UInt8], right: [UInt8])?
      switch element {
      case .string(let text): spelled = pair(Array(text.utf8))
      case .array(let parts):
        spelled =
          if parts.count == 2, case .string(let left) = parts[0], case .string(let right) = parts[1] {
            (Array(left.utf8), Array(right.utf8))
          } else { nil }
      default: spelled = nil
      }
      guard let spelled else {
        throw JSONNode(element, file: node.file, path: "\(node.path)[\(rank)]").error(
          found: "found \(element.kindName)", expected: "two tokens")
      }
      do throws(UnknownToken) {
        rules.append(try rule(spelled.left, spelled.right, rank: rank, vocabulary))
      } catch {
        throw InputError(
          .badData, file: node.file, key: "\(node.path)[\(rank)]", found: error.message,
          expected: "tokens of the vocabulary")
      }
    }
    return rules
  }

  /// The lines of a `merges.txt` or `vocab.bpe`: two tokens each, behind an optional `#version` line.
  static func mergesText(_ bytes: [UInt8], file: String, _ vocabulary: Vocabulary) throws -> [BPEModel.Rule] {
    var rules: [BPEModel.Rule] = []
    for (number, slice) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let line = slice.last == 0x0D ? slice.dropLast() : slice
      if line.isEmpty || (number == 0 && line.starts(with: Array("#version".utf8))) { continue }
      let place = InputError.Position.line(number + 1)
      guard let (left, right) = pair(Array(line)) else {
        throw InputError(
          .badData, file: file, at: place, found: "a line that is no merge",
          expected: "two tokens and a space")
      }
      do throws(UnknownToken) {
        rules.append(try rule(left, right, rank: rules.count, vocabulary))
      } catch {
        throw InputError(
          .badData, file: file, at: place, found: error.message, expected: "tokens of the vocabulary")
      }
    }
    return rules
  }

  /// Checks that no text would be lost, and puts the model together.
  static func model(
    _ vocabulary: Vocabulary, _ rules: [BPEModel.Rule], _ options: BPEModel.Options, file: String?
  ) throws -> BPEModel {
    if let unknown = options.unknownToken, vocabulary.id(of: unknown) == nil {
      throw InputError(
        .badData, file: file, key: "model.unk_token", found: "'\(unknown.prefix(40))'",
        expected: "a token of the vocabulary")
    }
    let model = BPEModel(vocabulary: vocabulary, rules: rules, options: options)
    if let byte = model.firstUnencodableByte {
      let missing =
        options.isByteLevel || options.hasByteFallback
        ? "no token for the byte 0x\(String(byte, radix: 16))" : "neither byte fallback nor an unknown token"
      throw InputError(
        .badData, file: file, key: "model.vocab", found: missing,
        expected: "all 256 bytes, or an unknown token: other text would be lost")
    }
    return model
  }

  /// The two tokens of `a b`.
  private static func pair(_ line: [UInt8]) -> (left: [UInt8], right: [UInt8])? {
    guard let space = line.firstIndex(of: 0x20), space > 0, space + 1 < line.count else { return nil }
    let right = line[(space + 1)...]
    return right.contains(0x20) ? nil : (Array(line[..<space]), Array(right))
  }

  private struct UnknownToken: Error {
    var message: String
  }

  private static func rule(
    _ left: [UInt8], _ right: [UInt8], rank: Int, _ vocabulary: Vocabulary
  ) throws(UnknownToken) -> BPEModel.Rule {
    BPEModel.Rule(
      left: try id(left, vocabulary), right: try id(right, vocabulary),
      merge: Merge(rank: Int32(clamping: rank), merged: try id(left + right, vocabulary)))
  }

  private static func id(_ token: [UInt8], _ vocabulary: Vocabulary) throws(UnknownToken) -> Int32 {
    if let id = vocabulary.id(token, 0..<token.count) { return id }
    let shown = String(decoding: token.prefix(60), as: UTF8.self)
    throw UnknownToken(message: "a merge with '\(shown)', which has no id")
  }
}
