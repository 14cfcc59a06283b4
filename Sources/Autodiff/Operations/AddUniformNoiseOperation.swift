internal import Randomness

/// Fresh uniform noise on every row, as large as the row's amplitude says:
///
///     y[r, c] = x[r, c] + amplitudes[r] (u - 1/2),   u uniform in [0, 1)
///
/// Inputs: x [n, d], amplitudes [n], step int [2]: the number of the step and that of the micro-batch within it, neither
/// negative. Output: [n, d]. Only x has a gradient, which is that of y.
///
/// u is the upper 24 bits of the first word of `Philox(seed, .noise)` at (step[0] + 2^32 step[1], r d + c): the same on
/// any number of threads, in a run that was resumed, and in a pass that is computed twice; another one in each
/// micro-batch. Operations of one seed draw the same u: those of one graph that must differ need a seed each.
///
/// Source: Li et al., "EAGLE", ICML 2024, section 4 (noise on features); Jain et al., "NEFTune", ICLR 2024 (an amplitude
/// that depends on the length of the text).
struct AddUniformNoiseOperation: Operation {
  static let name = "addUniformNoise"
  let seed: UInt64
  let saved: Saved = []

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    expect(
      inputs.count == 3 && inputs[0].shape.rank == 2 && inputs[0].element == .float32
        && inputs[1] == TensorType([inputs[0].shape.rows]) && inputs[2] == TensorType([2], .int32), inputs,
      "[n, d], [n] and int [2]")
    var signature = OperationSignature(inputs[0])
    signature.constantInputs = [1, 2]
    signature.inPlace = [0]
    signature.gradientInPlace = [0]
    return signature
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    backend.addUniformNoise(
      io.inputs[0], amplitudes: io.inputs[1], step: io.inputs[2],
      key: Philox(seed: seed, purpose: .noise).key, into: io.output, rows: io.outputType.shape.rows,
      columns: io.outputType.shape.columns)
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    if let dx = io.inputGradients[0], dx.slot != io.outputGradient {
      backend.scale(io.outputGradient, by: 1, into: dx.slot, dx.mode)
    }
  }
}

extension Graph {
  /// `x` [n, d] with noise up to half of `amplitudes` [n] either way on every row; see `AddUniformNoiseOperation`.
  ///
  /// - Parameters:
  ///   - step: int [2]: the step, and the micro-batch within it.
  ///   - seed: gives the operation its own numbers.
  package mutating func addUniformNoise(
    _ x: Tensor, amplitudes: Tensor, step: Tensor, seed: UInt64, file: StaticString = #fileID,
    line: UInt = #line
  ) -> Tensor {
    apply(AddUniformNoiseOperation(seed: seed), [x, amplitudes, step], file: file, line: line)
  }
}
