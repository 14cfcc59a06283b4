/// One text that a server wrote, with all it says about its tokens.
package struct ServedAnswer: Sendable, Equatable {
  /// Why the text ends.
  package enum Ending: Sendable, Equatable {
    /// The model chose a token that ends a text.
    case stop
    /// No more tokens were asked for.
    case length
    /// At a string that the request named: the text is the model's own up to there, and did not end by itself.
    case cut
    /// Anything else, by the server's word: the text is not what the model would have written.
    case other(String)
  }

  /// How a server names a token.
  package struct Spelling: Sendable, Equatable {
    /// The exact id, where the server gives it.
    package var id: Int32?
    package var text: String
    /// What the token stands for, where the server gives it.
    package var bytes: [UInt8]?

    package init(id: Int32? = nil, text: String, bytes: [UInt8]? = nil) {
      (self.id, self.text, self.bytes) = (id, text, bytes)
    }

    /// Whether it says nothing: a special token that the server does not show.
    var isEmpty: Bool { id == nil && text.isEmpty && (bytes ?? []).isEmpty }
  }

  /// A token of the text, and what else could have stood there.
  package struct Token: Sendable, Equatable {
    package var spelling: Spelling
    /// Natural logarithm; nil where the server does not say.
    package var logProbability: Double?
    package var alternatives: [(spelling: Spelling, logProbability: Double)]

    package init(
      _ spelling: Spelling, logProbability: Double? = nil,
      alternatives: [(spelling: Spelling, logProbability: Double)] = []
    ) {
      (self.spelling, self.logProbability, self.alternatives) = (spelling, logProbability, alternatives)
    }

    package static func == (left: Token, right: Token) -> Bool {
      left.spelling == right.spelling && left.logProbability == right.logProbability
        && left.alternatives.elementsEqual(right.alternatives) { $0 == $1 }
    }
  }

  package var text: String
  package var ending: Ending
  /// Nil without log-probabilities.
  package var tokens: [Token]?
  /// The exact ids of the text, where the server gives them.
  package var tokenIDs: [Int32]?
  /// The id of the token that ended the text, where the server gives it.
  package var stopToken: Int32?
  package var promptTokenIDs: [Int32]?
  package var promptTokenCount: Int?
  /// Of all choices of a response together: nil where there are several.
  package var completionTokenCount: Int?

  package init(text: String, ending: Ending, tokens: [Token]? = nil) {
    (self.text, self.ending, self.tokens) = (text, ending, tokens)
  }
}
