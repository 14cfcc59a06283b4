/// How GGUF files name and order the weights of one family of models.
///
/// Source: llama.cpp's tensor names and what its converter does to each family's weights.
package struct GGUFArchitecture: Sendable {
  /// `general.architecture`, which is also what the keys of the configuration begin with.
  package let name: String
  /// Which configurations it stands for.
  package let family: ModelFamily
  /// Whether rotary pairs are neighbours, as in Meta's own files, instead of halves of a head, as everywhere in
  /// Pacer: the rows of queries and keys are then in another order.
  package let pairsAreAdjacent: Bool
  /// Whether a file has an embedding of its own; that of a drafter may be the target's.
  var hasEmbedding: Bool { name != "eagle3" }
  /// Whether models of the family are written too.
  package let isWritten: Bool
  /// The tensors of a block behind `blk.i.` and behind `model.layers.i.`.
  private let blockTensors: [(gguf: String, huggingFace: String)]

  private static let outerTensors = [
    ("token_embd.weight", "model.embed_tokens.weight"), ("output_norm.weight", "model.norm.weight"),
    ("output.weight", "lm_head.weight"),
  ]
  private static let block = "blk."
  private static let layer = "model.layers."
  /// Factors by which rotary frequencies are divided, one for each pair; they are a part of the configuration.
  package static let rotaryFactors = "rope_freqs.weight"
  /// LongRoPE's, for sequences up to the original length and for longer ones.
  package static let shortRotaryFactors = "rope_factors_short.weight"
  package static let longRotaryFactors = "rope_factors_long.weight"
  /// Tensors that are a part of the configuration.
  static let settings: Set = [rotaryFactors, shortRotaryFactors, longRotaryFactors]

  /// What all families have in a block.
  private static let sharedTensors = [
    ("attn_norm.weight", "input_layernorm.weight"), ("attn_q.weight", "self_attn.q_proj.weight"),
    ("attn_k.weight", "self_attn.k_proj.weight"), ("attn_v.weight", "self_attn.v_proj.weight"),
    ("attn_output.weight", "self_attn.o_proj.weight"),
    ("ffn_norm.weight", "post_attention_layernorm.weight"),
    ("ffn_gate.weight", "mlp.gate_proj.weight"), ("ffn_up.weight", "mlp.up_proj.weight"),
    ("ffn_down.weight", "mlp.down_proj.weight"),
  ]

  /// Llama, and all that Hugging Face calls so.
  package static let llama = GGUFArchitecture(
    name: "llama", family: .llama, pairsAreAdjacent: true, isWritten: true, blockTensors: sharedTensors)

  /// Qwen2 and 2.5: biases of queries, keys and values.
  package static let qwen2 = GGUFArchitecture(
    name: "qwen2", family: .qwen2, pairsAreAdjacent: false, isWritten: true,
    blockTensors: sharedTensors + [
      ("attn_q.bias", "self_attn.q_proj.bias"), ("attn_k.bias", "self_attn.k_proj.bias"),
      ("attn_v.bias", "self_attn.v_proj.bias"),
    ])

  /// Qwen3 without experts: norms of heads.
  package static let qwen3 = GGUFArchitecture(
    name: "qwen3", family: .qwen3, pairsAreAdjacent: false, isWritten: true,
    blockTensors: sharedTensors + [
      ("attn_q_norm.weight", "self_attn.q_norm.weight"), ("attn_k_norm.weight", "self_attn.k_norm.weight"),
    ])

  /// Phi-3 and 3.5, with the matrices that their own files keep as one.
  package static let phi3 = GGUFArchitecture(
    name: "phi3", family: .phi3, pairsAreAdjacent: false, isWritten: false,
    blockTensors: [
      ("attn_norm.weight", "input_layernorm.weight"), ("attn_qkv.weight", "self_attn.qkv_proj.weight"),
      ("attn_output.weight", "self_attn.o_proj.weight"),
      ("ffn_norm.weight", "post_attention_layernorm.weight"),
      ("ffn_up.weight", "mlp.gate_up_proj.weight"), ("ffn_down.weight", "mlp.down_proj.weight"),
    ])

  /// The drafter of EAGLE-3, which is no language model: its keys and the order of its rows are a Llama's.
  package static let eagle3 = GGUFArchitecture(
    name: "eagle3", family: .llama, pairsAreAdjacent: true, isWritten: false, blockTensors: [])

  /// Every family that is read.
  package static let all = [llama, qwen2, qwen3, phi3]

  /// Hugging Face's name of a tensor, nil for one that this family does not have.
  package func huggingFaceName(of name: String) -> String? {
    if let outer = Self.outerTensors.first(where: { $0.0 == name }) { return outer.1 }
    guard let (index, rest) = Self.parts(of: name, behind: Self.block),
      let tensor = blockTensors.first(where: { $0.gguf == rest })
    else { return nil }
    return Self.layer + index + "." + tensor.huggingFace
  }

  /// The name in a GGUF file of a tensor with Hugging Face's name, nil for one that this family does not have.
  package func name(ofHuggingFace name: String) -> String? {
    if let outer = Self.outerTensors.first(where: { $0.1 == name }) { return outer.0 }
    guard let (index, rest) = Self.parts(of: name, behind: Self.layer),
      let tensor = blockTensors.first(where: { $0.huggingFace == rest })
    else { return nil }
    return Self.block + index + "." + tensor.gguf
  }

  /// Whether the rows of a tensor with Hugging Face's name are in another order in a GGUF file.
  package func reordersRows(ofHuggingFace name: String) -> Bool {
    pairsAreAdjacent && (name.hasSuffix(".q_proj.weight") || name.hasSuffix(".k_proj.weight"))
  }

  /// `12` and `attn_q.weight` of `blk.12.attn_q.weight`.
  private static func parts(of name: String, behind prefix: String) -> (index: String, rest: String)? {
    guard name.hasPrefix(prefix) else { return nil }
    let parts = name.dropFirst(prefix.count).split(
      separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), String(index) == parts[0] else { return nil }
    return (String(parts[0]), String(parts[1]))
  }
}

/// The order of the rows of queries and keys: pairs as halves of a head, or as neighbours.
package struct RotaryRowOrder: Sendable {
  package let headSize: Int

  /// Heads of `headSize` rows, an even number.
  package init(headSize: Int) {
    precondition(headSize > 0 && headSize % 2 == 0, "heads of \(headSize) rows have no pairs")
    self.headSize = headSize
  }

  /// Where a row stands once pairs are neighbours.
  package func adjacent(ofHalved row: Int) -> Int {
    let (head, place) = row.quotientAndRemainder(dividingBy: headSize)
    let (half, pair) = place.quotientAndRemainder(dividingBy: headSize / 2)
    return head * headSize + 2 * pair + half
  }

  /// Where a row stands once pairs are halves.
  package func halved(ofAdjacent row: Int) -> Int {
    let (head, place) = row.quotientAndRemainder(dividingBy: headSize)
    return head * headSize + (place % 2) * (headSize / 2) + place / 2
  }

  /// The rows of all heads that `rows` touches.
  package func wholeHeads(around rows: Range<Int>) -> Range<Int> {
    let end = (rows.upperBound + headSize - 1) / headSize * headSize
    return rows.lowerBound / headSize * headSize..<max(end, rows.lowerBound / headSize * headSize)
  }
}
