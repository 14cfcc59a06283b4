/// Values as Python writes them, and arithmetic as Python does it.
enum Python {
  /// `'text'`; the text holds no quotes.
  static func literal(_ text: String) -> String { "'\(text)'" }

  /// `[1, 2]`.
  static func literal(_ numbers: [Int]) -> String {
    "[" + numbers.map(String.init).joined(separator: ", ") + "]"
  }

  /// `['a', 'b']`.
  static func literal(_ texts: [String]) -> String {
    "[" + texts.map { literal($0) }.joined(separator: ", ") + "]"
  }

  /// `True` or `False`.
  static func literal(_ flag: Bool) -> String { flag ? "True" : "False" }

  /// The remainder that has the divisor's sign.
  static func modulo(_ value: Int, _ divisor: Int) -> Int { ((value % divisor) + divisor) % divisor }
}
