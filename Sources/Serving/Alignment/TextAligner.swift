package import DraftData
package import FileSystem

/// Turns what a server wrote into ids of the run's tokenizer, and its log-probabilities into a teacher's rows.
///
/// The server's own ids count where it gives them. Else two ways are tried, and the first that agrees with everything the
/// server says counts: our tokenizer's cut of the text, and the tokens that its spellings can only mean. A text on which
/// none agrees is marked, and gets our tokenizer's cut without any row: nothing is ever guessed.
package struct TextAligner: Sendable {
  private let tokenizer: any Tokenizer
  private let spellings: TokenSpellings
  private let vocabularySize: Int
  private let endToken: Int32
  private let endTokens: Set<Int32>
  private let entryCount: Int

  /// - Parameters:
  ///   - vocabularySize: of the target, whose ids are below it.
  ///   - endToken: what ends a text whose server does not say it.
  ///   - endTokens: all that may.
  ///   - entryCount: k, the teacher's entries per token; 0 for none.
  package init(
    _ tokenizer: any Tokenizer, vocabularySize: Int, endToken: Int32, endTokens: [Int32], entryCount: Int
  ) {
    self.tokenizer = tokenizer
    self.vocabularySize = vocabularySize
    (self.endToken, self.endTokens) = (endToken, Set(endTokens + [endToken]))
    self.entryCount = entryCount
    spellings = TokenSpellings(tokenizer)
  }

  /// Aligns a text with the ids of its prompt.
  ///
  /// - Throws: `InputError` for ids outside the vocabulary, which are no accident: the server's model is another one.
  package func align(_ answer: ServedAnswer, prompt: [Int32]) throws(InputError) -> AlignedText {
    let own = try serverIDs(answer)
    let cut = recut(answer, after: prompt)
    var trouble = AlignedText.Misalignment.text
    // Ids that the server gives are the only ones there are: if they do not agree, nothing else can.
    for candidate in own.map({ [$0.body] }) ?? [cut, spelled(answer)] {
      guard let candidate, stands(candidate, for: answer.text) else { continue }
      if let found = disagreement(of: candidate, with: answer) {
        if trouble == .text { trouble = found }
        continue
      }
      let end = own?.end ?? ending(answer)
      if let other = promptTrouble(answer, prompt) {
        return AlignedText(tokens: candidate + end, trouble: other)
      }
      return try withTeacher(candidate, end, answer)
    }
    return AlignedText(tokens: cut.map { $0 + (own?.end ?? ending(answer)) } ?? [], trouble: trouble)
  }

  private func promptTrouble(_ answer: ServedAnswer, _ prompt: [Int32]) -> AlignedText.Misalignment? {
    if let ids = answer.promptTokenIDs { return ids == prompt ? nil : .prompt }
    if let count = answer.promptTokenCount, count != prompt.count { return .prompt }
    return nil
  }

  /// The token that ends the text, as the server names it or else as usual.
  private func ending(_ answer: ServedAnswer) -> [Int32] {
    guard answer.ending == .stop else { return [] }
    if let stop = answer.stopToken, Int(stop) < vocabularySize { return [stop] }
    if let last = answer.tokens?.last.flatMap({ spellings.id(of: $0.spelling) }), endTokens.contains(last) {
      return [last]
    }
    return [endToken]
  }

  /// The ids that the server gives, without the one that ends the text.
  private func serverIDs(_ answer: ServedAnswer) throws(InputError) -> (body: [Int32], end: [Int32])? {
    var ids = answer.tokenIDs ?? []
    if answer.tokenIDs == nil {
      guard let tokens = answer.tokens, !tokens.isEmpty else { return nil }
      for token in tokens {
        guard let id = token.spelling.id else { return nil }
        ids.append(id)
      }
    }
    for id in ids where id >= vocabularySize { throw Self.outside(id, vocabularySize) }
    guard answer.ending == .stop, let last = ids.last, endTokens.contains(last) || last == answer.stopToken
    else {
      return (ids, ending(answer))
    }
    return (Array(ids.dropLast()), [last])
  }

  static func outside(_ id: Int32, _ vocabularySize: Int) -> InputError {
    InputError(
      .badData, found: "the token id \(id) in the server's answer",
      expected: "ids below \(vocabularySize), the size of the target's vocabulary",
      remedy: "See that the server runs the model that the tokenizer belongs to")
  }
}

extension TextAligner {
  /// Whether ids are the text that the server shows, who may leave out special tokens, a blank at the beginning and what
  /// is no whole character.
  private func stands(_ ids: [Int32], for text: String) -> Bool {
    let shown = TokenSpellings.legible(Array(text.replacing("\u{FFFD}", with: "").utf8))
    return [false, true].contains { skipsSpecial in
      var bytes: [UInt8] = []
      for id in ids where !(skipsSpecial && tokenizer.isSpecial(id)) {
        bytes += tokenizer.bytes(of: id, isFirst: false)
      }
      let ours = Array(String(decoding: bytes, as: UTF8.self).replacing("\u{FFFD}", with: "").utf8)
      return ours == shown || (ours.first == 0x20 && ours.dropFirst().elementsEqual(shown))
    }
  }

  /// Our tokenizer's cut of the text as it follows its prompt; nil where it has none that stands for it.
  private func recut(_ answer: ServedAnswer, after prompt: [Int32]) -> [Int32]? {
    var text = answer.text[...]
    // Half a character is no text; the server has put a sign in its place.
    if answer.ending == .length { while text.last == "\u{FFFD}" { text.removeLast() } }
    let completion = Array(text.utf8)
    let start = tokenizer.beginOfText.map { prompt.first == $0 } == true ? 1 : 0
    for given in Set([start, 0]).sorted(by: >) {
      let before = Array(prompt[given...])
      let bytes = tokenizer.decodeBytes(before, skippingSpecialTokens: false)
      let whole = tokenizer.encode(bytes: bytes + completion, addSpecialTokens: false)
      if whole.starts(with: before) { return Array(whole[before.count...]) }
    }
    let alone = tokenizer.encode(bytes: completion, addSpecialTokens: false)
    return alone.flatMap { tokenizer.bytes(of: $0, isFirst: false) } == completion ? alone : nil
  }

  /// The tokens that the server's spellings can only mean; nil where one of them is open.
  private func spelled(_ answer: ServedAnswer) -> [Int32]? {
    guard let tokens = answer.tokens, let last = tokens.last else { return nil }
    // What is missing from a token is missing from the text, too, but at its end.
    var ids = tokens.dropLast().compactMap { spellings.idIfWhole($0.spelling) }
    guard ids.count == tokens.count - 1 else { return nil }
    if let id = spellings.id(of: last.spelling) {
      if answer.ending != .stop || !endTokens.contains(id) { ids.append(id) }
    } else if answer.ending == .length || !last.spelling.isEmpty {
      return nil
    }
    return ids
  }

  /// In what the server contradicts these ids.
  private func disagreement(of ids: [Int32], with answer: ServedAnswer) -> AlignedText.Misalignment? {
    let allowed = answer.ending == .stop ? ids.count...ids.count + 1 : ids.count...ids.count
    if let tokens = answer.tokens {
      guard allowed.contains(tokens.count) else { return .tokens }
      guard zip(tokens, ids).allSatisfy({ spellings.fits($0.spelling, $1) ?? true }) else { return .tokens }
      // One token more than the text has is the one that ended it, or the text was cut.
      if tokens.count > ids.count, let last = tokens.last.flatMap({ spellings.id(of: $0.spelling) }),
        !endTokens.contains(last)
      {
        return .tokens
      }
    }
    if let count = answer.completionTokenCount, !allowed.contains(count) { return .length }
    return answer.ending == .length && answer.text.hasSuffix("\u{FFFD}") && answer.tokens == nil
      && answer.tokenIDs == nil ? .length : nil
  }
}

extension TextAligner {
  private func withTeacher(
    _ body: [Int32], _ end: [Int32], _ answer: ServedAnswer
  ) throws(InputError) -> AlignedText {
    var result = AlignedText(tokens: body + end)
    guard entryCount > 0, let tokens = answer.tokens else { return result }
    var rows = TeacherRows(entryCount: entryCount, vocabularySize: vocabularySize)
    // Bytes of a character that is not whole yet: what a server calls a token there depends on them.
    var unfinished: [UInt8] = []
    for (place, id) in result.tokens.enumerated() {
      guard place < tokens.count else {
        rows.appendNothing()
        continue
      }
      let token = tokens[place]
      let isEnd = place == body.count
      // The last word of a text that was cut may be what is left of a token with half a character.
      let isWhole =
        answer.ending == .stop || place < tokens.count - 1 || spellings.id(of: token.spelling) == id
      if isEnd || (isWhole && spellings.fits(token.spelling, id) == true) {
        try rows.append(token, chosen: id) { spelling in
          unfinished.isEmpty || spelling.id != nil ? spellings.id(of: spelling) : nil
        }
      } else {
        rows.appendNothing()
      }
      unfinished += tokenizer.bytes(of: id, isFirst: false)
      unfinished = unfinished.suffix(UTF8Text.unfinishedCount(unfinished))
    }
    (result.indices, result.logProbabilities) = (rows.indices, rows.logProbabilities)
    return result
  }
}
