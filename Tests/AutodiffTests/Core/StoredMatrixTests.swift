import Autodiff
import Foundation
import TestSupport
import Testing

/// Frozen matrices in two bytes or one: the same products as with the float32 numbers that they stand for.
@Suite struct StoredMatrixTests {
  private static let elements: [ElementType] = [.bfloat16, .int8]

  /// Columns that are and are not whole vectors; more rows than a block of one kind of kernel, fewer than of another.
  private static let sizes = [(out: 40, width: 33), (out: 515, width: 96), (out: 32, width: 600)]

  private func store(_ element: ElementType, _ values: [Float], _ shape: Shape, on backend: CPUBackend)
    -> (ParameterStore, Parameter)
  {
    let store = ParameterStore(on: backend, storage: element)
    let w = store.add("w", shape, .loaded, isTrainable: false)
    store.reserve()
    store.write(values, to: w)
    return (store, w)
  }

  private static func weights(_ size: (out: Int, width: Int)) -> [Float] {
    var numbers = TestNumbers("stored \(size)")
    return numbers.normals(size.out * size.width).map { Float($0) }
  }

  @Test(arguments: elements, sizes)
  func roundsToTheNearest(element: ElementType, size: (out: Int, width: Int)) {
    let values = Self.weights(size)
    let (store, w) = store(element, values, [size.out, size.width], on: CPUBackend(threads: 1))
    let kept = store.read(w)
    for row in 0..<size.out {
      let range = row * size.width..<(row + 1) * size.width
      let largest = values[range].map(abs).max() ?? 0
      for index in range {
        let step = element == .int8 ? largest / 127 : abs(values[index]) / 128
        #expect(abs(kept[index] - values[index]) <= 0.5001 * step, "element \(index)")
      }
    }
    // What was rounded once is kept as it is.
    store.write(kept, to: w)
    let again = store.read(w)
    #expect(element == .int8 || again == kept)
  }

  /// y, and the gradient of x, of a frozen linear layer with `element` weights.
  private func pass(
    _ element: ElementType, _ values: [Float], _ size: (out: Int, width: Int), rows: Int,
    _ kernels: MatrixKernels
  ) -> (y: [Float], gradient: [Float]) {
    let backend = CPUBackend(threads: 2, matrixKernels: kernels)
    let (_, w) = store(element, values, [size.out, size.width], on: backend)
    let inputs = ParameterStore(on: backend)
    let x = inputs.add("x", [rows, size.width], .normal(standardDeviation: 1), isTrainable: true)
    inputs.reserve()
    inputs.initialize(seed: 4)
    var g = Graph()
    let y = g.linear(g.parameter(x), g.parameter(w))
    let (cotangent, scale) = (g.input(y.shape), g.input([1]))
    let loss = g.cotangentLoss(y, cotangent: cotangent, scale: scale)
    let executor = Executor(Plan(g, outputs: [y, loss], training: true, on: backend), on: backend)
    var numbers = TestNumbers("cotangent \(size) \(rows)")
    executor.write(numbers.normals(rows * size.out).map { Float($0) }, to: cotangent)
    executor.write([1] as [Float], to: scale)
    executor.forwardBackward()
    return (executor.read(y), backend.read(inputs.gradientSlab))
  }

  @Test(arguments: elements, [1, 3, 15, 16, 70, 130])
  func productsEqualThoseOfTheNumbersTheyStandFor(element: ElementType, rows: Int) {
    for size in Self.sizes {
      let values = Self.weights(size)
      let (store, w) = store(element, values, [size.out, size.width], on: CPUBackend(threads: 1))
      let kept = store.read(w)
      for kernels in MatrixKernels.available {
        let found = pass(element, values, size, rows: rows, kernels)
        let expected = pass(.float32, kept, size, rows: rows, kernels)
        for (one, other) in zip(found.y + found.gradient, expected.y + expected.gradient) {
          #expect(abs(one - other) <= 2e-5 * Float(size.out + size.width).squareRoot() * max(1, abs(other)))
        }
      }
    }
  }

  @Test func memoryIsAHalfAndAQuarter() {
    func bytes(_ element: ElementType) -> Int {
      let backend = CPUBackend(threads: 1, memory: .counted)
      let store = ParameterStore(on: backend, storage: element)
      _ = store.add("w", [4096, 1024], .loaded, isTrainable: false)
      store.reserve()
      return backend.reservedBytes
    }
    #expect(bytes(.bfloat16) * 2 == bytes(.float32))
    #expect(bytes(.int8) == bytes(.float32) / 4 + 4 * 4096)
  }

  @Test(arguments: elements) func rowsAreGathered(element: ElementType) {
    let backend = CPUBackend(threads: 1)
    let (store, w) = store(element, Self.weights((7, 20)), [7, 20], on: backend)
    var g = Graph()
    let ids = g.input([4], .int32)
    let y = g.embedding(g.parameter(w), ids: ids)
    let executor = Executor(Plan(g, outputs: [y], training: false, on: backend), on: backend)
    executor.write([6, -1, 0, 6] as [Int32], to: ids)
    executor.forward()
    let kept = store.read(w)
    let last = Array(kept[120..<140])
    #expect(executor.read(y) == last + [Float](repeating: 0, count: 20) + kept[..<20] + last)
  }
}
