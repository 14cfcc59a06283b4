package import DraftData
internal import FileSystem

/// Makes documents of a corpus out of a server's answers, and keeps count of those that are not certain.
package struct ServedTexts {
  private let aligner: TextAligner
  private let policy: AlignmentTally.Policy
  private let entryCount: Int
  /// What has become of the answers so far.
  package private(set) var tally = AlignmentTally()

  /// After so many texts none of which is certain, going on would only cost.
  private static let patience = 32

  /// - Parameter entryCount: k, the teacher's entries per token; 0 for none.
  package init(_ aligner: TextAligner, policy: AlignmentTally.Policy, entryCount: Int) {
    (self.aligner, self.policy, self.entryCount) = (aligner, policy, entryCount)
  }

  /// The document of an answer; nil for one that is left out.
  ///
  /// - Parameters:
  ///   - source: the number of the prompt.
  ///   - node: where the answer stands, for errors.
  /// - Throws: `InputError` for an answer without the log-probabilities that were asked for, or of another vocabulary, and
  ///   when none of the first texts can be aligned.
  package mutating func document(
    _ answer: ServedAnswer, prompt: [Int32], domain: String, temperature: Double?, source: Int,
    at node: JSONNode
  ) throws -> CorpusDocument? {
    if case .other(let word) = answer.ending {
      tally.addRefusal(DisplayText.escaped(word, limit: 40))
      return nil
    }
    guard entryCount == 0 || answer.tokens != nil else {
      throw node.error(
        found: "an answer without log-probabilities",
        expected: "the \(entryCount) likeliest tokens at each place",
        remedy:
          "Set the teacher's entries to 0, or use a server (or an API of it) that tells log-probabilities")
    }
    let text: AlignedText
    do throws(InputError) {
      text = try aligner.align(answer, prompt: prompt)
    } catch {
      throw node.error(found: error.found, expected: error.expected, remedy: error.remedy)
    }
    let isWritten = !text.tokens.isEmpty && (text.trouble == nil || policy == .keep)
    tally.add(text.trouble, isWritten: isWritten)
    try loseNoMore(at: node)
    guard isWritten else { return nil }
    var document = CorpusDocument(
      tokens: prompt + text.tokens, promptLength: prompt.count, domain: domain,
      temperature: temperature.map { Float($0) }, source: source)
    document.teacher = teacher(text, promptLength: prompt.count)
    return document
  }

  private func teacher(_ text: AlignedText, promptLength: Int) -> CorpusDocument.Teacher? {
    guard entryCount > 0 else { return nil }
    // Prompt tokens were not drawn; nothing is known of a text that is not certain.
    let (given, written) = (promptLength * entryCount, text.tokens.count * entryCount)
    return CorpusDocument.Teacher(
      indices: [Int32](repeating: -1, count: given)
        + (text.indices ?? [Int32](repeating: -1, count: written)),
      logProbabilities: [Float](repeating: 0, count: given)
        + (text.logProbabilities ?? [Float](repeating: 0, count: written)))
  }

  private func loseNoMore(at node: JSONNode) throws {
    guard tally.total == Self.patience, tally.misalignedCount == tally.total,
      entryCount > 0 || policy == .drop
    else { return }
    throw node.error(
      found: "none of the first \(Self.patience) texts is in our tokens: "
        + tally.lines(policy).joined(separator: "; "),
      expected: "the target's own tokenizer and chat template on the server",
      remedy: "Ask for ids (vLLM: return_tokens_as_token_ids=true), or do without the teacher's entries")
  }
}
