internal import FileSystem

/// How a prompt and its answer become one text: a string with `{prompt}` and `{response}` in it.
///
/// Everything before `{response}` is context; the response and what follows it (an end-of-turn mark, say) is
/// learnt. A conversation repeats the template for every turn; system messages go through a string of their own
/// with `{system}` in it.
public struct PromptTemplate: Sendable, Equatable {
  private let beforePrompt: String
  private let beforeResponse: String
  private let afterResponse: String
  private let beforeSystem: String
  private let afterSystem: String

  /// `prompt`, a line end, `response`; a system message stands in a paragraph of its own.
  public static let plain = PromptTemplate(
    beforePrompt: "", beforeResponse: "\n", afterResponse: "", beforeSystem: "", afterSystem: "\n\n")

  /// Nothing around prompt and response.
  static let bare = PromptTemplate(
    beforePrompt: "", beforeResponse: "", afterResponse: "", beforeSystem: "", afterSystem: "")

  private init(
    beforePrompt: String, beforeResponse: String, afterResponse: String, beforeSystem: String,
    afterSystem: String
  ) {
    self.beforePrompt = beforePrompt
    self.beforeResponse = beforeResponse
    self.afterResponse = afterResponse
    self.beforeSystem = beforeSystem
    self.afterSystem = afterSystem
  }

  /// Reads the strings.
  ///
  /// - Parameters:
  ///   - turn: Contains `{prompt}` once and, after it, `{response}` once.
  ///   - system: Contains `{system}` once.
  /// - Throws: `InputError` (usage) naming the placeholder that is missing, doubled or misplaced.
  public init(turn: String, system: String = "{system}\n\n") throws {
    let (head, tail) = try Self.halves(of: turn, at: "{prompt}", key: "template")
    guard !head.contains("{response}") else {
      throw InputError(
        .usage, key: "template", found: "'{response}' stands before '{prompt}'",
        expected: "the prompt first, as in 'Question: {prompt}\\nAnswer: {response}'")
    }
    let (middle, end) = try Self.halves(of: tail, at: "{response}", key: "template")
    let (before, after) = try Self.halves(of: system, at: "{system}", key: "system_template")
    self.init(
      beforePrompt: head, beforeResponse: middle, afterResponse: end, beforeSystem: before,
      afterSystem: after)
  }

  /// One prompt with its answer.
  public func segments(prompt: String, response: String) -> [Document.Segment] {
    rendered(prompt, role: .user) + rendered(response, role: .assistant)
  }

  /// The prompt alone, up to where an answer would begin.
  public func opening(prompt: String) -> String { beforePrompt + prompt + beforeResponse }

  /// One message of a conversation. What a tool returned is context, without decoration.
  public func rendered(_ text: String, role: Document.Role) -> [Document.Segment] {
    switch role {
    case .text: [Document.Segment(text, inLoss: true, role: .text)]
    case .system: [Document.Segment(beforeSystem + text + afterSystem, inLoss: false, role: .system)]
    case .user: [Document.Segment(beforePrompt + text, inLoss: false, role: .user)]
    case .tool: [Document.Segment(text, inLoss: false, role: .tool)]
    case .assistant: answer(text)
    }
  }

  private func answer(_ text: String) -> [Document.Segment] {
    let learnt = Document.Segment(text + afterResponse, inLoss: true, role: .assistant)
    return beforeResponse.isEmpty
      ? [learnt] : [Document.Segment(beforeResponse, inLoss: false, role: .user), learnt]
  }

  private static func halves(of text: String, at mark: String, key: String) throws -> (String, String) {
    let parts = text.split(separator: mark, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw InputError(
        .usage, key: key,
        found: parts.count < 2 ? "there is no '\(mark)'" : "'\(mark)' stands there \(parts.count - 1) times",
        expected: "it exactly once")
    }
    return (String(parts[0]), String(parts[1]))
  }
}
