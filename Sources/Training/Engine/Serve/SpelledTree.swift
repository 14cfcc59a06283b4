internal import DraftData
package import Evaluation

/// A verified tree with the spelling of its tokens and the text before it, so that it can be looked at without the models.
package struct SpelledTree: Sendable, Equatable {
  /// The tree and what became of it.
  package let verified: VerifiedTree
  /// The domain of its prompt, or how else the prompt is called.
  package let domain: String?
  /// All text before the root.
  package let context: String
  /// What each node stands for.
  package let texts: [String]
  /// What the target's own token stands for.
  package let ownText: String

  /// A tree with what its tokens stand for.
  package init(
    verified: VerifiedTree, domain: String?, context: String, texts: [String], ownText: String
  ) {
    (self.verified, self.domain, self.context) = (verified, domain, context)
    (self.texts, self.ownText) = (texts, ownText)
  }

  /// Spells out trees.
  ///
  /// - Parameters:
  ///   - trees: those of each prompt from its first cycle on, in their order.
  ///   - prompts: the tokens that were gone on from.
  ///   - cycleLimit: cycles of each prompt that are kept.
  /// - Returns: prompt by prompt.
  static func spelled(
    _ trees: [VerifiedTree], prompts: [EvaluationPrompt], tokenizer: any Tokenizer, cycleLimit: Int
  ) -> [SpelledTree] {
    prompts.enumerated().flatMap { index, prompt in
      var text = prompt.tokens
      return trees.lazy.filter { $0.prompt == index }.prefix(cycleLimit).map { tree in
        // The first root is what the prefill gave; every later one is the own token of the cycle before.
        text = text.prefix(tree.position) + [tree.tree.tokens[0]]
        let context = text.dropLast().enumerated().flatMap {
          tokenizer.shownBytes(of: $1, isFirst: $0 == 0)
        }
        text += tree.verdict.acceptedNodes.map { tree.tree.tokens[$0] } + [tree.verdict.token]
        return SpelledTree(
          verified: tree, domain: prompt.domain, context: String(decoding: context, as: UTF8.self),
          texts: tree.tree.tokens.map { spelling(of: $0, tokenizer) },
          ownText: spelling(of: tree.verdict.token, tokenizer))
      }
    }
  }

  /// A token by itself; bytes that are no whole character are named as SentencePiece names them.
  private static func spelling(of token: Int32, _ tokenizer: any Tokenizer) -> String {
    let bytes = tokenizer.shownBytes(of: token, isFirst: false)
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    return bytes.map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return "<0x" + (digits.count < 2 ? "0" : "") + digits + ">"
    }.joined()
  }
}
