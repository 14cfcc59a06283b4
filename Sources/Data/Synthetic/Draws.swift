internal import Randomness

/// The random choices of one synthetic document, in the order in which they are made.
struct Draws {
  private let philox: Philox
  private let step: UInt64
  private var index: UInt64 = 0

  /// The choices of document `document` of a domain.
  init(seed: UInt64, domain: UInt64, document: Int) {
    philox = Philox(seed: seed, purpose: .synthesis)
    step = domain << 56 | UInt64(document)
  }

  /// A number in 0 ..< bound.
  mutating func below(_ bound: Int) -> Int {
    index += 1
    return philox.below(bound, step: step, index: index)
  }

  /// A number in a range.
  mutating func number(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

  /// Whether something happens that happens in `percent` of all cases.
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  /// One of the choices.
  mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[below(choices.count)] }

  /// Different choices, as many as asked for.
  mutating func pick<Choice>(_ count: Int, of choices: [Choice]) -> [Choice] {
    var rest = choices
    return (0..<count).map { _ in rest.remove(at: below(rest.count)) }
  }
}
