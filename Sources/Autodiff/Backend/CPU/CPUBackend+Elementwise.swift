internal import CKernels

extension CPUBackend: MatrixBackend {
  package func gemm(
    _ a: Slot, transposed ta: Bool, _ b: Slot, transposed tb: Bool, into c: Slot, m: Int, n: Int, k: Int,
    alpha: Float, _ mode: WriteMode
  ) {
    expect(a, m * k, "gemm a")
    expect(b, k * n, "gemm b")
    expect(c, m * n, "gemm c")
    unsafe pk_gemm(
      pool, ta ? 1 : 0, tb ? 1 : 0, m, n, k, alpha, floats(a), ta ? m : k, floats(b), tb ? k : n, mode.beta,
      floats(c), n)
  }
}

extension CPUBackend: ElementwiseBackend {
  package func scale(_ x: Slot, by a: Float, into y: Slot, _ mode: WriteMode) {
    expect(y, x.count, "scale")
    unsafe pk_axpby(pool, x.count, a, floats(x), mode.beta, floats(y))
  }

  package func add(_ x1: Slot, _ x2: Slot, into y: Slot) {
    expect(x2, x1.count, "add")
    expect(y, x1.count, "add")
    unsafe pk_add(pool, x1.count, floats(x1), floats(x2), floats(y))
  }

  package func multiply(_ x1: Slot, _ x2: Slot, into y: Slot, _ mode: WriteMode) {
    expect(x2, x1.count, "multiply")
    expect(y, x1.count, "multiply")
    unsafe pk_multiply(pool, x1.count, floats(x1), floats(x2), mode.beta, floats(y))
  }

  package func addRow(_ x: Slot, _ b: Slot, into y: Slot, rows: Int, columns: Int) {
    expect(x, rows * columns, "addRow")
    expect(b, columns, "addRow")
    expect(y, rows * columns, "addRow")
    unsafe pk_add_row(pool, rows, columns, floats(x), floats(b), floats(y))
  }

  package func sumRows(_ x: Slot, into y: Slot, rows: Int, columns: Int, _ mode: WriteMode) {
    expect(x, rows * columns, "sumRows")
    expect(y, columns, "sumRows")
    unsafe pk_sum_rows(pool, rows, columns, floats(x), mode.beta, floats(y))
  }

  package func silu(_ x: Slot, into y: Slot) {
    expect(y, x.count, "silu")
    unsafe pk_silu(pool, x.count, floats(x), floats(y))
  }

  package func siluBackward(_ dy: Slot, _ x: Slot, dx: GradientSlot) {
    expect(x, dy.count, "siluBackward")
    expect(dx.slot, dy.count, "siluBackward")
    unsafe pk_silu_backward(pool, dy.count, floats(dy), floats(x), dx.mode.beta, floats(dx.slot))
  }

  package func swiGLU(gate: Slot, up: Slot, into y: Slot) {
    expect(up, gate.count, "swiGLU")
    expect(y, gate.count, "swiGLU")
    unsafe pk_swiglu(pool, gate.count, floats(gate), floats(up), floats(y))
  }

  package func swiGLUBackward(_ dy: Slot, gate: Slot, up: Slot, dgate: GradientSlot?, dup: GradientSlot?) {
    expect(gate, dy.count, "swiGLUBackward")
    expect(up, dy.count, "swiGLUBackward")
    unsafe pk_swiglu_backward(
      pool, dy.count, floats(dy), floats(gate), floats(up), dgate?.mode.beta ?? 0, floats(dgate),
      dup?.mode.beta ?? 0, floats(dup))
  }

  package func addUniformNoise(
    _ x: Slot, amplitudes: Slot, step: Slot, key: SIMD2<UInt32>, into y: Slot, rows: Int, columns: Int
  ) {
    expect(x, rows * columns, "addUniformNoise")
    expect(y, rows * columns, "addUniformNoise")
    expect(amplitudes, rows, "addUniformNoise amplitudes")
    expect(step, 2, "addUniformNoise step")
    let numbers = unsafe integers(step)
    let (first, second) = unsafe (numbers[0], numbers[1])
    precondition(min(first, second) >= 0, "addUniformNoise: step \(first), micro-batch \(second)")
    unsafe pk_add_uniform_noise(
      pool, rows, columns, floats(x), floats(amplitudes), key.x, key.y, numbers, floats(y))
  }

  package func sumOfSquares(_ x: Slot) -> Double { unsafe pk_sum_of_squares(pool, x.count, floats(x)) }

  package func clamp(_ x: Slot, to limit: Float) { unsafe pk_clamp(pool, x.count, floats(x), limit) }
}

extension CPUBackend: NormBackend {
  package func rmsNorm(
    _ x: Slot, _ w: Slot, into y: Slot, inverseRMS: Slot, rows: Int, columns: Int, epsilon: Float
  ) {
    expect(x, rows * columns, "rmsNorm")
    expect(w, columns, "rmsNorm")
    expect(y, rows * columns, "rmsNorm")
    expect(inverseRMS, rows, "rmsNorm")
    unsafe pk_rms_norm(pool, rows, columns, epsilon, floats(x), floats(w), floats(y), floats(inverseRMS))
  }

  package func rmsNormBackward(
    _ dy: Slot, _ x: Slot, _ w: Slot, inverseRMS: Slot, dx: GradientSlot?, dw: GradientSlot?, rows: Int,
    columns: Int
  ) {
    expect(dy, rows * columns, "rmsNormBackward")
    expect(x, rows * columns, "rmsNormBackward")
    expect(inverseRMS, rows, "rmsNormBackward")
    unsafe pk_rms_norm_backward(
      pool, rows, columns, floats(dy), floats(x), floats(w), floats(inverseRMS), dx?.mode.beta ?? 0,
      floats(dx),
      dw?.mode.beta ?? 0, floats(dw))
  }
}
