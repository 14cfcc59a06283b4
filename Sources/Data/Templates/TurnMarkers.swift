internal import FileSystem

/// The texts that a template puts before and behind what the assistant says, learnt from a conversation of our own.
///
/// For templates that rewrite earlier turns (Qwen 3 drops what was thought), so that turns are no prefixes of the whole.
struct TurnMarkers {
  /// What stands before every answer.
  let opening: [UInt8]
  /// What stands before an answer that is still to be written, beyond the opening: empty thoughts, say.
  let rest: [UInt8]
  /// What stands behind every answer; it has a special token.
  let closing: [UInt8]
  private let encoder: ChatEncoder

  private static let questions = ["qpacerfirst", "qpacersecond"]
  private static let answers = ["apacerfirst", "apacersecond"]

  /// Renders two turns and compares what surrounds them.
  ///
  /// Throws `InputError` when the template has no such marks, or refuses the conversation.
  init(encoder: ChatEncoder) throws {
    self.encoder = encoder
    func message(_ role: String, _ text: String) -> JSONValue {
      ["role": .string(role), "content": .string(text)]
    }
    let (questions, answers) = (Self.questions, Self.answers)
    let first = ChatConversation(messages: [message("user", questions[0])])
    let both = ChatConversation(messages: [
      message("user", questions[0]), message("assistant", answers[0]), message("user", questions[1]),
      message("assistant", answers[1]),
    ])
    let whole = Array(try encoder.render(both).text.utf8)
    let prompted = try Self.after(
      questions[0], Array(try encoder.render(first, generationPrompt: true).text.utf8))
    let unprompted = try Self.after(questions[0], Array(try encoder.render(first).text.utf8))
    let marks = SpecialTokenRanges(encoder.tokenizer)
    // The question's own end stands before the opening; a template without generation prompt has no other mark.
    var questionEnd = marks.commonPrefix(prompted, unprompted)
    if questionEnd.count == prompted.count { questionEnd = [] }
    let generation = Array(prompted.dropFirst(questionEnd.count))
    var opening = generation
    for (question, answer) in zip(questions, answers) {
      let between = try Self.between(question, answer, whole)
      guard between.starts(with: questionEnd) else { throw encoder.error("questions end in different ways") }
      opening = marks.commonPrefix(opening, Array(between.dropFirst(questionEnd.count)))
    }
    closing = marks.commonPrefix(
      try Self.between(answers[0], questions[1], whole), try Self.after(answers[1], whole))
    guard !opening.isEmpty else { throw encoder.error("no text that stands before every answer") }
    guard marks.contains(closing) else {
      throw encoder.error("no special token that stands behind every answer")
    }
    self.opening = opening
    rest = Array(generation.dropFirst(opening.count))
  }

  /// The bytes of each answer, the closing mark included.
  ///
  /// Throws `InputError` when there are more or fewer of them than the assistant has messages, or one does not hold
  /// what its message says.
  func spans(in text: String, of conversation: ChatConversation) throws -> [Range<Int>] {
    let bytes = Array(text.utf8)
    let places = PythonText.positions(of: opening, in: bytes)
    let indices = conversation.assistantIndices
    guard places.count == indices.count else {
      throw encoder.error("\(places.count) marks before answers in a text with \(indices.count) of them")
    }
    return try zip(places, indices).map { place, index in
      var start = place + opening.count
      if !rest.isEmpty, bytes[start...].starts(with: rest) { start += rest.count }
      let next = places.first { $0 > place } ?? bytes.count
      let part = Array(bytes[start..<next])
      guard let end = PythonText.positions(of: closing, in: part, limit: 1).first else {
        throw encoder.error("no mark behind message \(index)")
      }
      let content = Self.content(of: conversation.messages[index])
      guard PythonText.contains(String(decoding: part[..<end], as: UTF8.self), content) else {
        throw encoder.error("a mark inside message \(index), or a template that changes it")
      }
      return start..<start + end + closing.count
    }
  }

  /// What a message says, without what was thought before it: templates move or drop that.
  private static func content(of message: JSONValue) -> String {
    let text = message["content"]?.stringValue ?? ""
    let said = PythonText.split(text, "</think>", limit: 1, fromRight: true).last ?? ""
    return PythonText.stripped(said)
  }

  private static func after(_ mark: String, _ text: [UInt8]) throws -> [UInt8] {
    let places = PythonText.positions(of: Array(mark.utf8), in: text)
    guard places.count == 1 else {
      throw jinjaError("a message that the template prints \(places.count) times")
    }
    return Array(text[(places[0] + mark.utf8.count)...])
  }

  private static func between(_ first: String, _ second: String, _ text: [UInt8]) throws -> [UInt8] {
    let tail = try after(first, text)
    guard let end = PythonText.positions(of: Array(second.utf8), in: tail, limit: 1).first else {
      throw jinjaError("messages that the template prints in another order")
    }
    return Array(tail[..<end])
  }
}

/// Where a tokenizer finds special tokens in short texts.
private struct SpecialTokenRanges {
  private let tokenizer: any Tokenizer

  init(_ tokenizer: any Tokenizer) { self.tokenizer = tokenizer }

  private func ranges(in text: [UInt8]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var position = 0
    for id in tokenizer.encode(bytes: text, addSpecialTokens: false) where tokenizer.isSpecial(id) {
      let spelling = Array((tokenizer.token(id) ?? "").utf8)
      guard !spelling.isEmpty,
        let place = PythonText.positions(of: spelling, in: Array(text[position...]), limit: 1).first
      else { continue }
      ranges.append(position + place..<position + place + spelling.count)
      position += place + spelling.count
    }
    return ranges
  }

  func contains(_ text: [UInt8]) -> Bool { !ranges(in: text).isEmpty }

  /// What both texts begin with, not ending inside a special token of either.
  func commonPrefix(_ one: [UInt8], _ other: [UInt8]) -> [UInt8] {
    var count = zip(one, other).prefix { $0 == $1 }.count
    for range in (ranges(in: one) + ranges(in: other)).sorted(by: { $0.lowerBound > $1.lowerBound })
    where range.lowerBound < count && range.upperBound > count {
      count = range.lowerBound
    }
    return Array(one.prefix(count))
  }
}
