/// The gated feed-forward block of Llama: down(silu(gate x) · up x).
package struct FeedForward: Sendable {
  package let gate: Linear
  package let up: Linear
  package let down: Linear

  /// Creates `gate_proj`, `up_proj` and `down_proj` in `scope`.
  package init(
    _ scope: ParameterScope, size: Int, inner: Int, hasBias: Bool = false, initializer: Initializer,
    downInitializer: Initializer
  ) {
    gate = Linear(
      scope("gate_proj"), inputs: size, outputs: inner, hasBias: hasBias, initializer: initializer)
    up = Linear(scope("up_proj"), inputs: size, outputs: inner, hasBias: hasBias, initializer: initializer)
    down = Linear(
      scope("down_proj"), inputs: inner, outputs: size, hasBias: hasBias, initializer: downInitializer)
  }

  /// x: [n, d]; the result has the same shape.
  package func callAsFunction(_ x: Tensor, in g: inout Graph) -> Tensor {
    down(g.swiGLU(gate: gate(x, in: &g), up: up(x, in: &g)), in: &g)
  }
}
