import Autodiff
import TestSupport
import Testing

/// Modules put together to a decoder, end to end.
@Suite struct TransformerBlockTests {
  private typealias Sizes = DecoderTwin

  /// The decoder of `DecoderTwin`, from our modules.
  private final class DecoderModel {
    let backend: CPUBackend
    let store: ParameterStore
    let rotary: RotaryTable
    private let embedding: Embedding
    private let blocks: [TransformerBlock]
    private let norm: RMSNorm

    init(threads: Int = 1) {
      backend = CPUBackend(threads: threads)
      store = ParameterStore(on: backend)
      let scope = ParameterScope(store)
      let initializer = Initializer.normal(standardDeviation: 0.4)
      embedding = Embedding(
        scope("embed"), vocabulary: Sizes.vocabulary, size: Sizes.size,
        initializer: .normal(standardDeviation: 1))
      blocks = (0..<Sizes.layers).map {
        TransformerBlock(
          scope("layers")($0), size: Sizes.size, inner: Sizes.inner, heads: Sizes.heads,
          kvHeads: Sizes.kvHeads, headSize: Sizes.headSize, epsilon: Sizes.epsilon, initializer: initializer,
          residualInitializer: initializer)
      }
      norm = RMSNorm(scope("norm"), size: Sizes.size, epsilon: Sizes.epsilon)
      store.reserve()
      store.initialize(seed: 11)
      rotary = RotaryTable(
        inverseFrequencies: RotaryTable.inverseFrequencies(headSize: Sizes.headSize, theta: 10_000),
        positionCount: Sizes.positionCount, on: backend)
    }

    /// Runs a training step: hidden states and the summed loss; gradients are in the store.
    func run(_ twin: DecoderTwin, accumulating: Int = 0) -> (hidden: [Float], statistics: [Float]) {
      var g = Graph()
      let inputs = (0..<4).map { _ in g.input([twin.tokens.count], .int32) }
      let scale = g.input([1])
      var x = embedding(inputs[0], in: &g)
      for (layer, block) in blocks.enumerated() {
        x = block(
          x, positions: inputs[1], rotary: rotary, layer: layer,
          .packed(batch: twin.attention.batch, length: twin.attention.length, firstKey: inputs[2]),
          on: backend, in: &g)
      }
      let hidden = norm(x, in: &g)
      let loss = g.headCrossEntropy(hidden, g.parameter(embedding.weight), labels: inputs[3], scale: scale)
      let plan = Plan(g, outputs: [hidden, loss], training: true, on: backend)
      let executor = Executor(plan, on: backend, mode: .checked)
      for (tensor, values) in zip(inputs, [twin.tokens, twin.positions, twin.firstKey, twin.labels]) {
        executor.write(values, to: tensor)
      }
      executor.write([1 as Float], to: scale)
      executor.forwardBackward()
      for _ in 0..<accumulating { executor.forwardBackward(accumulating: true) }
      #expect(executor.anomaly == nil)
      return (executor.read(hidden), executor.read(loss))
    }

    var values: [[Double]] { store.parameters.map { store.read($0).map(Double.init) } }
    var gradients: [[Double]] {
      store.parameters.map { ($0.gradient.map { backend.read($0) } ?? []).map(Double.init) }
    }
  }

  @Test func hiddenStatesAndLossEqualTheTwin() {
    let (model, twin) = (DecoderModel(), DecoderTwin())
    let result = model.run(twin)
    let tolerance = Tolerance(.float32, terms: 64)
    #expect(tolerance.mismatch(result.hidden, twin.hidden(model.values)) == nil)
    #expect(tolerance.mismatch([result.statistics[0]], [twin.loss(model.values)]) == nil)
    #expect(result.statistics[LossStatistic.rows.rawValue] == 10)
  }

  @Test func theGradientOfEveryParameterEqualsDifferencesOfTheTwin() {
    let (model, twin) = (DecoderModel(), DecoderTwin())
    _ = model.run(twin)
    let (values, gradients) = (model.values, model.gradients)
    let tolerance = Tolerance(.float32, terms: 512) + Tolerance(.differences, terms: 64)
    for index in values.indices {
      var numbers = TestNumbers("direction \(index)")
      var direction = values.map { [Double](repeating: 0, count: $0.count) }
      direction[index] = numbers.normals(values[index].count).map(Double.init)
      let wanted = Differences.derivative(along: direction, at: values, of: twin.loss)
      let own = zip(gradients[index], direction[index]).reduce(0) { $0 + $1.0 * $1.1 }
      let length = direction[index].reduce(0) { $0 + $1 * $1 }.squareRoot()
      let square = gradients[index].reduce(0) { $0 + $1 * $1 } / Double(gradients[index].count)
      let problem = tolerance.mismatch(own, wanted, size: length * square.squareRoot())
      #expect(problem == nil, "\(model.store.parameters[index].name)")
    }
  }

  @Test func microBatchesAddUp() {
    let (once, thrice, twin) = (DecoderModel(), DecoderModel(), DecoderTwin())
    _ = once.run(twin)
    _ = thrice.run(twin, accumulating: 2)
    for (index, gradient) in once.gradients.enumerated() {
      let problem = Tolerance(.float32, terms: 64).mismatch(thrice.gradients[index], gradient.map { 3 * $0 })
      #expect(problem == nil, "\(once.store.parameters[index].name)")
    }
  }

  @Test func bitsDoNotDependOnTheThreadCount() {
    let twin = DecoderTwin()
    let one = DecoderModel(threads: 1)
    let result = one.run(twin)
    for threads in [2, 4] {
      let more = DecoderModel(threads: threads)
      #expect(more.run(twin) == result)
      #expect(more.gradients == one.gradients)
    }
  }

  @Test func parametersBearHuggingFaceNames() {
    let names = DecoderModel().store.parameters.map(\.name)
    #expect(
      names[1..<10] == [
        "layers.0.input_layernorm.weight", "layers.0.self_attn.q_proj.weight",
        "layers.0.self_attn.k_proj.weight", "layers.0.self_attn.v_proj.weight",
        "layers.0.self_attn.o_proj.weight", "layers.0.post_attention_layernorm.weight",
        "layers.0.mlp.gate_proj.weight", "layers.0.mlp.up_proj.weight", "layers.0.mlp.down_proj.weight",
      ])
  }
}
