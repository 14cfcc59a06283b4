import Autodiff
import TestSupport

/// What attention gives and passes back for some numbers under a mask.
struct AttentionProbe: Equatable {
  let output: [Float]
  /// Of q, k and v.
  let gradients: [[Float]]

  /// Runs it forward and back.
  ///
  /// - Parameters:
  ///   - numbers: of the mask, vector by vector, those of zero keys last.
  ///   - values: q, k and v.
  init(_ numbers: [[Int32]], hasZeroKeys: Bool = false, _ values: [[Float]], _ size: AttentionSize) {
    let backend = CPUBackend(threads: 2)
    let store = ParameterStore(on: backend)
    let (width, kvWidth) = (size.heads * size.headSize, size.kvHeads * size.headSize)
    let leaves = zip(["q", "k", "v"], [width, kvWidth, kvWidth]).map { name, columns in
      store.add(name, [size.batch * size.keyLength, columns], .constant(0), isTrainable: true)
    }
    store.reserve()
    for (leaf, value) in zip(leaves, values) { store.write(value, to: leaf) }
    var g = Graph()
    let places = numbers.map {
      g.input($0.count > size.length ? [size.length, $0.count / size.length] : [$0.count], .int32)
    }
    let x = leaves.map { g.parameter($0) }
    let mask = AttentionMask(places: places, hasZeroKeys: hasZeroKeys)
    let y = g.attention(q: x[0], k: x[1], v: x[2], mask: mask, size, on: backend)
    let (cotangent, scale) = (g.input(y.shape), g.input([1]))
    _ = g.cotangentLoss(y, cotangent: cotangent, scale: scale)
    let executor = Executor(Plan(g, outputs: [y], training: true, on: backend), on: backend)
    for (place, vector) in zip(places, numbers) { executor.write(vector, to: place) }
    executor.write(values[0].map { 1 - $0 * $0 }, to: cotangent)
    executor.write([1 as Float], to: scale)
    executor.forwardBackward()
    output = executor.read(y)
    gradients = leaves.map { $0.gradient.map { backend.read($0) } ?? [] }
  }

  /// q, k and v, drawn.
  static func values(_ title: String, _ size: AttentionSize) -> [[Float]] {
    var numbers = TestNumbers(title)
    let (width, kvWidth) = (size.heads * size.headSize, size.kvHeads * size.headSize)
    return [width, kvWidth, kvWidth].map { numbers.normals(size.batch * size.keyLength * $0) }
  }
}
