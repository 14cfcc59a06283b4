internal import CKernels

extension CPUBackend: OptimizerBackend {
  package func adamW(_ p: Slot, _ g: Slot, m: Slot, v: Slot, clip: Float, _ sweep: AdamWSweep) {
    for slot in [g, m, v] { expect(slot, p.count, "adamW") }
    unsafe pk_adamw(
      pool, p.count, floats(p), floats(g), floats(m), floats(v), sweep.learningRate, sweep.beta1, sweep.beta2,
      sweep.epsilon, sweep.decay, sweep.correction1, sweep.correction2, clip)
  }

  package func sgd(_ p: Slot, _ g: Slot, buffer: Slot?, clip: Float, _ sweep: SGDSweep) {
    expect(g, p.count, "sgd")
    if let buffer { expect(buffer, p.count, "sgd") }
    let momentum: UnsafeMutablePointer<Float>? = if let buffer { unsafe floats(buffer) } else { nil }
    unsafe pk_sgd(
      pool, p.count, floats(p), floats(g), momentum, sweep.learningRate, sweep.momentum, sweep.dampening,
      sweep.decay, sweep.isNesterov ? 1 : 0, sweep.isFirst ? 1 : 0, clip)
  }

  package func lion(_ p: Slot, _ g: Slot, m: Slot, clip: Float, _ sweep: LionSweep) {
    for slot in [g, m] { expect(slot, p.count, "lion") }
    unsafe pk_lion(
      pool, p.count, floats(p), floats(g), floats(m), sweep.learningRate, sweep.beta1, sweep.beta2,
      sweep.decay,
      clip)
  }

  package func movingAverage(_ p: Slot, into average: Slot, decay: Float) {
    expect(average, p.count, "movingAverage")
    unsafe pk_ema(pool, p.count, floats(p), floats(average), decay)
  }
}
