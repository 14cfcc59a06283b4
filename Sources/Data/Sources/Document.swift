/// One text to learn from: a story, a file, a conversation.
public struct Document: Sendable, Equatable {
  /// Who wrote a segment.
  public enum Role: String, Sendable, CaseIterable {
    /// Running text that nobody answers.
    case text
    /// Instructions that stand above a conversation.
    case system
    /// The asking side.
    case user
    /// The answering side.
    case assistant
    /// What a tool returned.
    case tool
  }

  /// A stretch of text that is learnt as a whole or not at all.
  public struct Segment: Sendable, Equatable {
    /// The text, already rendered: concatenating all segments gives the whole document.
    public var text: String
    /// Whether its tokens are predicted in training when only answers are (`LossScope.responses`).
    public var inLoss: Bool
    /// Who wrote it.
    public var role: Role

    /// A stretch of text.
    public init(_ text: String, inLoss: Bool, role: Role) {
      self.text = text
      self.inLoss = inLoss
      self.role = role
    }
  }

  /// The stretches in reading order.
  public let segments: [Segment]
  /// What kind of text it is (`stories`, `math`, …): results are reported by domain.
  public let domain: String
  /// A hash of texts and masks, the same on every machine.
  public let contentHash: UInt64

  /// The ids and mask of a conversation that a chat template rendered; nil for text that is tokenised as it is.
  package let encoding: Encoding?

  /// Token ids that are exact: nothing is added before or behind them.
  package struct Encoding: Sendable, Equatable {
    package let tokens: [Int32]
    package let inLoss: [Bool]
    /// The messages before the assistant's first, which a server's own chat template renders again.
    package let question: ChatConversation?

    package init(tokens: [Int32], inLoss: [Bool], question: ChatConversation? = nil) {
      precondition(tokens.count == inLoss.count, "\(tokens.count) tokens with \(inLoss.count) marks")
      self.tokens = tokens
      self.inLoss = inLoss
      self.question = question
    }

    /// What stands before the first learnt token.
    package var prompt: [Int32] { Array(tokens[..<(inLoss.firstIndex(of: true) ?? tokens.count)]) }
  }

  /// A document of several stretches.
  public init(segments: [Segment], domain: String) {
    self.init(segments: segments, domain: domain, encoding: nil)
  }

  /// A document of several stretches with its ids.
  package init(segments: [Segment], domain: String, encoding: Encoding?) {
    self.segments = segments
    self.domain = domain
    self.encoding = encoding
    var hash = StableHash()
    for segment in segments {
      hash.combine(segment.text)
      hash.combine(segment.inLoss ? 1 : 0)
    }
    contentHash = hash.value
  }

  /// Running text, all of it to be learnt.
  public init(text: String, domain: String) {
    self.init(segments: [Segment(text, inLoss: true, role: .text)], domain: domain)
  }

  /// The whole text.
  public var text: String { segments.map(\.text).joined() }

  /// What stands before the first learnt stretch: what a person asks. Empty for running text.
  public var prompt: String { segments.prefix { !$0.inLoss }.map(\.text).joined() }

  /// Whether there is nothing but white space in it.
  public var isBlank: Bool { segments.allSatisfy { $0.text.allSatisfy(\.isWhitespace) } }
}
