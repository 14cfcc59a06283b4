/// Where every tensor of a llama2.c checkpoint lies.
///
/// Source: karpathy/llama2.c, `run.c` (legacy header: seven integers, then float32 weights, then two unused rotary
/// tables) and `export.py` version 1 (magic `ak42`, a 256-byte header, norms first).
struct Llama2CLayout {
  /// One tensor: rows of `columns` float32 elements from a byte offset on.
  struct Tensor {
    let name: String
    let offset: Int
    let rows: Int
    let columns: Int
    /// Elements per head if rows come in rotary pairs (2j, 2j + 1) instead of halves; 0 otherwise.
    let interleavedHeadSize: Int

    /// The row of the file that holds row `row` of the tensor once rotary pairs are halves.
    func interleavedRow(_ row: Int) -> Int {
      let (head, place) = row.quotientAndRemainder(dividingBy: interleavedHeadSize)
      let (half, pair) = place.quotientAndRemainder(dividingBy: interleavedHeadSize / 2)
      return head * interleavedHeadSize + 2 * pair + half
    }
  }

  private(set) var tensors: [Tensor] = []
  private(set) var end: Int
  private let configuration: ModelConfiguration

  init(legacy configuration: ModelConfiguration) {
    self.configuration = configuration
    end = 28
    embedding()
    perLayer("input_layernorm", 1, configuration.hiddenSize)
    attention()
    perLayer("post_attention_layernorm", 1, configuration.hiddenSize)
    feedForward()
    add("model.norm.weight", 1, configuration.hiddenSize)
    // Two tables of rotary cosines and sines that nobody reads.
    end += 4 * configuration.maxPositions * configuration.headSize
    head()
  }

  init(version1 configuration: ModelConfiguration) {
    self.configuration = configuration
    end = 256
    perLayer("input_layernorm", 1, configuration.hiddenSize)
    perLayer("post_attention_layernorm", 1, configuration.hiddenSize)
    add("model.norm.weight", 1, configuration.hiddenSize)
    embedding()
    attention()
    feedForward()
    head()
  }

  private mutating func add(_ name: String, _ rows: Int, _ columns: Int, interleaved: Int = 0) {
    tensors.append(
      Tensor(name: name, offset: end, rows: rows, columns: columns, interleavedHeadSize: interleaved))
    end += 4 * rows * columns
  }

  private mutating func perLayer(_ name: String, _ rows: Int, _ columns: Int, interleaved: Int = 0) {
    for layer in 0..<configuration.layerCount {
      add("model.layers.\(layer).\(name).weight", rows, columns, interleaved: interleaved)
    }
  }

  private mutating func embedding() {
    add("model.embed_tokens.weight", configuration.vocabularySize, configuration.hiddenSize)
  }

  private mutating func head() {
    guard !configuration.tiesEmbeddings else { return }
    add("lm_head.weight", configuration.vocabularySize, configuration.hiddenSize)
  }

  private mutating func attention() {
    let (hidden, size) = (configuration.hiddenSize, configuration.headSize)
    perLayer("self_attn.q_proj", configuration.headCount * size, hidden, interleaved: size)
    perLayer("self_attn.k_proj", configuration.kvHeadCount * size, hidden, interleaved: size)
    perLayer("self_attn.v_proj", configuration.kvHeadCount * size, hidden)
    perLayer("self_attn.o_proj", hidden, configuration.headCount * size)
  }

  private mutating func feedForward() {
    let (hidden, inner) = (configuration.hiddenSize, configuration.feedForwardSize)
    perLayer("mlp.gate_proj", inner, hidden)
    perLayer("mlp.down_proj", hidden, inner)
    perLayer("mlp.up_proj", inner, hidden)
  }
}
