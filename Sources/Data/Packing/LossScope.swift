/// Which tokens of a document are learnt.
public enum LossScope: String, Sendable, CaseIterable {
  /// All of them: pre-training on text, prompts included.
  case everything
  /// Those of segments that are in the loss: answers, not prompts.
  case responses
}
