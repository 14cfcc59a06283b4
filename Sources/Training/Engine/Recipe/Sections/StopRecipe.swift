// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

package import Evaluation
package import FileSystem

/// When chains end before their full length.
public enum StopRecipe: RecipeUnion {
  public static let documentation = "Ends a chain where the drafter has become unsure."

  /// Kangaroo's rule.
  case confidence(ConfidenceStopRecipe)
  /// SpecDec++'s rule.
  case rejection(RejectionStopRecipe)

  public static var standardKind: String? { "confidence" }

  public static var alternatives: [RecipeAlternative<StopRecipe>] {
    [
      RecipeAlternative("confidence", StopRecipe.confidence) {
        if case .confidence(let it) = $0 { it } else { nil }
      },
      RecipeAlternative("rejection", StopRecipe.rejection) {
        if case .rejection(let it) = $0 { it } else { nil }
      },
    ]
  }

  /// The rule with its bounds.
  ///
  /// - Throws: `InputError` (usage) for a least length that is more than `draftLength`.
  package func chain(draftLength: Int) throws(InputError) -> AdaptiveChain {
    let (rule, minimum): (StopRule, Int) =
      switch self {
      case .confidence(let it): (.confidence(below: it.threshold), it.minimumLength)
      case .rejection(let it): (.rejection(above: it.threshold), it.minimumLength)
      }
    guard minimum <= draftLength else {
      throw InputError(
        .usage, key: "min_length", found: "\(minimum)", expected: "at most the draft length of \(draftLength)"
      )
    }
    return AdaptiveChain(maximumLength: draftLength, minimumLength: minimum, rule: rule)
  }
}

/// Kangaroo's rule.
public struct ConfidenceStopRecipe: RecipeSection {
  public static let documentation =
    "Ends a chain behind the first token at which the drafter's likeliest is less probable than a threshold (Kangaroo)."

  public var threshold = 0.6
  public var minimumLength = 1

  /// Kangaroo's threshold.
  public init() {}

  public static var fields: [RecipeField<ConfidenceStopRecipe>] {
    [
      .init("threshold", \.threshold, "Of the probability at a temperature of 1.", in: .between(0, 1)),
      .init(
        "min_length", \.minimumLength, "Tokens drafted in any case.", in: .between(1, 64), unit: "tokens"),
    ]
  }
}

/// SpecDec++'s rule.
public struct RejectionStopRecipe: RecipeSection {
  public static let documentation =
    "Ends a chain where an acceptance head says that one of its tokens is rejected with more than a threshold's probability "
    + "(SpecDec++)."

  public var threshold = 0.7
  public var minimumLength = 2

  /// The best of the paper's thresholds.
  public init() {}

  public static var fields: [RecipeField<RejectionStopRecipe>] {
    [
      .init("threshold", \.threshold, "Of the probability that a token was rejected.", in: .between(0, 1)),
      .init(
        "min_length", \.minimumLength, "Tokens drafted in any case.", in: .between(1, 64), unit: "tokens"),
    ]
  }
}
