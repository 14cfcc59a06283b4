/// A token that is cut out of the text before anything else looks at it: `<|endoftext|>`, say.
///
/// Source: the `AddedToken` of Hugging Face tokenizers.
public struct AddedToken: Sendable, Equatable {
  /// The id.
  public var id: Int32
  /// The text that it stands for.
  public var content: String
  /// Only where no word character touches it.
  public var isSingleWord = false
  /// Swallows white space on its left.
  public var stripsLeft = false
  /// Swallows white space on its right.
  public var stripsRight = false
  /// Looked for in the normalised text instead of the raw one.
  public var isNormalized = false
  /// Left out of decoded text.
  public var isSpecial = true

  /// A special token that is found in raw text and strips nothing.
  public init(id: Int32, content: String) {
    self.id = id
    self.content = content
  }
}
