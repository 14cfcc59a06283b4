extension RowBatch {
  /// Makes the rows those of whole prompts but for each one's last token, whose logits are wanted.
  mutating func fillPrompts(_ lines: some Sequence<DecodingLine>) {
    removeAll()
    for line in lines {
      for position in 0..<line.promptCount - 1 {
        append(token: line.tokens[position], line: line.cacheLine, position: position)
      }
    }
  }

  /// Makes the rows the last token of each line.
  mutating func lastTokens(_ lines: some Sequence<DecodingLine>) {
    removeAll()
    for line in lines {
      let position = line.tokens.count - 1
      appendOutput(token: line.tokens[position], line: line.cacheLine, position: position)
    }
  }
}
