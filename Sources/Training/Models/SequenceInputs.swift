package import Autodiff

/// What a micro-batch of packed sequences feeds into a graph. All but `scale` are int [batch*length].
package struct SequenceInputs: Sendable {
  /// Number of sequences.
  package let batch: Int
  /// Rows per sequence.
  package let length: Int
  package let tokens: Tensor
  /// Position within the document.
  package let positions: Tensor
  /// The first row of the same document, counted from the start of the sequence.
  package let firstKey: Tensor
  /// The token to predict, negative where the row does not count.
  package let labels: Tensor
  /// [1]: what the summed loss is multiplied by.
  package let scale: Tensor

  /// Records the inputs in `g`.
  package init(batch: Int, length: Int, in g: inout Graph) {
    self.batch = batch
    self.length = length
    tokens = g.input([batch * length], .int32)
    positions = g.input([batch * length], .int32)
    firstKey = g.input([batch * length], .int32)
    labels = g.input([batch * length], .int32)
    scale = g.input([1])
  }

  /// What attention may see.
  package var context: AttentionContext { .packed(batch: batch, length: length, firstKey: firstKey) }
}

extension LanguageModel {
  /// The hidden states after the final norm for a micro-batch: [batch*length, hidden].
  package func hidden(_ inputs: SequenceInputs, in g: inout Graph) -> Tensor {
    hidden(tokens: inputs.tokens, positions: inputs.positions, inputs.context, in: &g)
  }
}
