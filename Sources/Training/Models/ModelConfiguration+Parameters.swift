extension ModelConfiguration {
  /// Every parameter of a model of this architecture, under Hugging Face's names, in the order of creation.
  ///
  /// Known before any memory is taken, so that a file can be refused by what its header says.
  package var parameterShapes: [(name: String, shape: [Int])] {
    var shapes = [("model.embed_tokens.weight", [vocabularySize, hiddenSize])]
    for layer in 0..<layerCount { shapes += blockShapes.map { ("model.layers.\(layer).\($0)", $1) } }
    shapes.append(("model.norm.weight", [hiddenSize]))
    if !tiesEmbeddings { shapes.append(("lm_head.weight", [vocabularySize, hiddenSize])) }
    return shapes
  }

  /// The parameters of one block.
  private var blockShapes: [(String, [Int])] {
    let (queries, keys) = (headCount * headSize, kvHeadCount * headSize)
    return [
      ("input_layernorm.weight", [hiddenSize]),
      ("self_attn.q_proj.weight", [queries, hiddenSize]),
      ("self_attn.k_proj.weight", [keys, hiddenSize]),
      ("self_attn.v_proj.weight", [keys, hiddenSize]),
      ("self_attn.o_proj.weight", [hiddenSize, queries]),
      ("post_attention_layernorm.weight", [hiddenSize]),
      ("mlp.gate_proj.weight", [feedForwardSize, hiddenSize]),
      ("mlp.up_proj.weight", [feedForwardSize, hiddenSize]),
      ("mlp.down_proj.weight", [hiddenSize, feedForwardSize]),
    ]
  }
}
