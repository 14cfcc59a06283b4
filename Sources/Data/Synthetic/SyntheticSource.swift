/// Endless text of our own making: stories, sums and functions. Document i is a function of (seed, domain, i) alone.
///
/// ```swift
/// let stories = SyntheticSource(seed: 1, domain: .stories)
/// let corpus = (0..<20_000).map { stories.document(at: $0) }
/// ```
///
/// It gives a fresh machine something to pre-train on and the tests something to read. Sums and functions come as
/// a prompt and its answer; stories are running text.
public struct SyntheticSource: Sendable {
  /// What it writes about.
  public enum Domain: String, Sendable, CaseIterable {
    /// Short stories in simple English.
    case stories
    /// Grade-school word problems, worked in steps, ending in `#### answer`.
    case math
    /// Small Python functions with docstrings, most with examples that hold.
    case code

    var number: UInt64 {
      switch self {
      case .stories: 1
      case .math: 2
      case .code: 3
      }
    }
  }

  /// The key of every choice.
  public let seed: UInt64
  /// What it writes about; also the documents' domain name.
  public let domain: Domain

  /// A source of one kind of text.
  public init(seed: UInt64, domain: Domain) {
    self.seed = seed
    self.domain = domain
  }

  /// The document at a place in the endless row, 0 … 2^48 - 1.
  public func document(at index: Int) -> Document {
    precondition(index >= 0 && index < 1 << 48, "SyntheticSource: document \(index)")
    var draws = Draws(seed: seed, domain: domain.number, document: index)
    switch domain {
    case .stories:
      return Document(text: StoryWriter.story(&draws), domain: domain.rawValue)
    case .math:
      let problem = WordProblem.random(&draws)
      return answered(problem.question + "\n", with: problem.solution)
    case .code:
      let function = FunctionSketch.random(&draws)
      return answered(function.heading(&draws), with: function.bodyText)
    }
  }

  private func answered(_ prompt: String, with answer: String) -> Document {
    Document(
      segments: [
        .init(prompt, inLoss: false, role: .user), .init(answer, inLoss: true, role: .assistant),
      ], domain: domain.rawValue)
  }
}
