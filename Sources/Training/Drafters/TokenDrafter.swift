package import Autodiff
package import Models

/// The capability of predicting the next token from tokens alone.
///
/// Objectives that need no more (pre-training, distillation) ask for it; a recipe that pairs them with a drafter
/// without it is refused when it is resolved.
package protocol TokenDrafter: AnyObject {
  /// All of its parameters.
  var store: ParameterStore { get }
  /// The head's weight, [vocabulary, hidden].
  var head: Parameter { get }

  /// What the head multiplies, [batch*length, hidden].
  func hidden(_ inputs: SequenceInputs, in g: inout Graph) -> Tensor
}

/// A decoder of the Llama family is a drafter as it stands.
extension LanguageModel: TokenDrafter {}
