extension ModelConfiguration {
  /// Every parameter of a model of this architecture, under Hugging Face's names, in the order of creation.
  ///
  /// Known before any memory is taken, so that a file can be refused by what its header says.
  package var parameterShapes: [(name: String, shape: [Int])] {
    var shapes = [("model.embed_tokens.weight", [vocabularySize, hiddenSize])]
    for layer in 0..<layerCount { shapes += blockShapes.map { ("model.layers.\(layer).\($0)", $1) } }
    shapes.append(("model.norm.weight", [hiddenSize]))
    if !tiesEmbeddings { shapes.append(("lm_head.weight", [headRowCount, hiddenSize])) }
    return shapes
  }

  /// The parameters of one block.
  private var blockShapes: [(String, [Int])] {
    let (queries, keys) = (headCount * headSize, kvHeadCount * headSize)
    func projection(_ name: String, _ outputs: Int, _ inputs: Int, _ hasBias: Bool) -> [(String, [Int])] {
      [("\(name).weight", [outputs, inputs])] + (hasBias ? [("\(name).bias", [outputs])] : [])
    }
    var shapes = [("input_layernorm.weight", [hiddenSize])]
    shapes += projection("self_attn.q_proj", queries, hiddenSize, hasAttentionBias)
    shapes += projection("self_attn.k_proj", keys, hiddenSize, hasAttentionBias)
    shapes += projection("self_attn.v_proj", keys, hiddenSize, hasAttentionBias)
    shapes += projection("self_attn.o_proj", hiddenSize, queries, hasOutputBias)
    if normalizesHeads {
      shapes += [("self_attn.q_norm.weight", [headSize]), ("self_attn.k_norm.weight", [headSize])]
    }
    shapes.append(("post_attention_layernorm.weight", [hiddenSize]))
    shapes += projection("mlp.gate_proj", feedForwardSize, hiddenSize, hasFeedForwardBias)
    shapes += projection("mlp.up_proj", feedForwardSize, hiddenSize, hasFeedForwardBias)
    shapes += projection("mlp.down_proj", hiddenSize, feedForwardSize, hasFeedForwardBias)
    return shapes
  }
}
