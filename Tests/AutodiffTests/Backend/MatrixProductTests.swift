import Autodiff
import TestSupport
import Testing

/// Products of every kind and awkward size, by each family of kernels that this processor has.
@Suite("Matrix products")
struct MatrixProductTests {
  /// c = alpha op(a) op(b) + beta c
  struct Product: Sendable, CustomTestStringConvertible {
    var transposesA = false
    var transposesB = false
    var (m, n, k) = (1, 1, 1)
    var alpha: Float = 1
    var mode = WriteMode.overwrite

    var testDescription: String {
      "\(m), \(n), \(k)\(transposesA ? " aT" : "")\(transposesB ? " bT" : "") \(alpha) \(mode)"
    }
  }

  fileprivate struct Operands {
    let a: [Float]
    let b: [Float]
    let c: [Float]

    init(_ product: Product) {
      var numbers = TestNumbers("product \(product.testDescription)")
      a = numbers.normals(product.m * product.k).map { Float($0) }
      b = numbers.normals(product.k * product.n).map { Float($0) }
      c = numbers.normals(product.m * product.n).map { Float($0) }
    }
  }

  /// Around the edges of tiles (12, 6 and 32 rows, 32 and 16 columns), of blocks (512 columns, 256 and 512 steps of k)
  /// and of what goes another way; the third line has far more columns than rows, the last is for the tile unit.
  private static let extents = [
    (96, 32, 8), (97, 33, 9), (107, 15, 70), (108, 16, 70), (131, 47, 130), (16, 70, 33), (35, 64, 513),
    (12, 12, 1030), (100, 513, 40), (192, 544, 1025), (17, 300, 65), (40, 333, 520), (191, 770, 17),
    (192, 96, 64), (193, 97, 65), (225, 513, 257), (200, 1030, 300),
    (64, 172, 1024), (129, 97, 1101), (300, 512, 1025),
  ]

  static let products = extents.flatMap { extent in
    [false, true].flatMap { transposesA in
      [false, true].map { transposesB in
        Product(
          transposesA: transposesA, transposesB: transposesB, m: extent.0, n: extent.1, k: extent.2,
          alpha: transposesA ? 0.5 : 1, mode: transposesB ? .accumulate : .overwrite)
      }
    }
  }

  private func result(
    _ product: Product, _ operands: Operands, kernels: MatrixKernels, threads: Int = 2
  ) -> [Float] {
    let backend = CPUBackend(threads: threads, matrixKernels: kernels)
    func slot(_ values: [Float]) -> Slot {
      let region = backend.makeRegion(label: "operand")
      backend.reserve(region, count: values.count)
      let slot = Slot(region: region, offset: 0, count: values.count)
      backend.write(values, to: slot)
      return slot
    }
    let c = slot(
      product.mode == .overwrite ? [Float](repeating: .nan, count: product.m * product.n) : operands.c)
    backend.gemm(
      slot(operands.a), transposed: product.transposesA, slot(operands.b), transposed: product.transposesB,
      into: c, m: product.m, n: product.n, k: product.k, alpha: product.alpha, product.mode)
    return backend.read(c)
  }

  private func exact(_ product: Product, _ operands: Operands) -> [Double] {
    let (m, n, k) = (product.m, product.n, product.k)
    return (0..<m * n).map { index in
      let (row, column) = (index / n, index % n)
      var sum = 0.0
      for j in 0..<k {
        let a = operands.a[product.transposesA ? j * m + row : row * k + j]
        let b = operands.b[product.transposesB ? column * k + j : j * n + column]
        sum += Double(a) * Double(b)
      }
      return Double(product.alpha) * sum + (product.mode == .overwrite ? 0 : Double(operands.c[index]))
    }
  }

  @Test(arguments: products)
  func equalsTheSumInDouble(product: Product) {
    let operands = Operands(product)
    let expected = exact(product, operands)
    for kernels in MatrixKernels.available {
      let found = result(product, operands, kernels: kernels)
      let problem = Tolerance(.float32, terms: product.k).mismatch(found, expected)
      #expect(problem == nil, "\(kernels)")
    }
  }

  @Test(arguments: products)
  func sameBitsOnAnyNumberOfThreads(product: Product) {
    let operands = Operands(product)
    for kernels in MatrixKernels.available {
      let one = result(product, operands, kernels: kernels, threads: 1)
      for threads in [2, 3, 4, 8] {
        #expect(result(product, operands, kernels: kernels, threads: threads) == one, "\(kernels) \(threads)")
      }
    }
  }

  /// A row's sums do not depend on which rows are computed with it.
  @Test(arguments: [MatrixKernels.avx2, .avx512, .amx])
  func sameBitsInAnyTile(kernels: MatrixKernels) {
    guard MatrixKernels.available.contains(kernels) else { return }
    let whole = Product(transposesB: true, m: 320, n: 109, k: 600)
    let operands = Operands(whole)
    let all = result(whole, operands, kernels: kernels)
    for first in [1, 5, 12, 101] {
      var part = whole
      part.m = 200
      let rows = Array(operands.a[first * whole.k..<(first + part.m) * whole.k])
      let found = result(part, Operands(rows, operands.b), kernels: kernels)
      #expect(found == Array(all[first * whole.n..<(first + part.m) * whole.n]), "from row \(first)")
    }
  }

  /// Three bfloat16 parts carry what a float32 does: rounding errors are no larger than those of a product in float32,
  /// for numbers of any magnitude that a model holds.
  @Test(arguments: [Float(1), 0x1p-40, 0x1p40])
  func partsAreAsGoodAsTheirSum(scale: Float) {
    guard MatrixKernels.available.contains(.amx) else { return }
    let product = Product(transposesB: true, m: 256, n: 128, k: 512)
    let random = Operands(product)
    let operands = Operands(random.a.map { $0 * scale }, random.b.map { $0 / scale / 8 })
    let expected = exact(product, operands)
    func error(_ kernels: MatrixKernels) -> Double {
      let found = result(product, operands, kernels: kernels)
      let squares = zip(found, expected).map { (Double($0) - $1) * (Double($0) - $1) }
      return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    }
    let (parts, whole) = (error(.amx), error(.avx512))
    #expect(parts <= whole, "\(parts) against \(whole)")
  }

  /// What is not finite must not pass for a number, whichever kernels run.
  @Test(arguments: [Float.nan, .infinity])
  func nothingHidesWhatIsNotFinite(value: Float) {
    let product = Product(transposesB: true, m: 200, n: 100, k: 96)
    let random = Operands(product)
    var a = random.a
    a[7 * product.k + 50] = value
    for kernels in MatrixKernels.available {
      let found = result(product, Operands(a, random.b), kernels: kernels)
      for index in found.indices {
        #expect(found[index].isFinite == (index / product.n != 7), "\(kernels) at \(index)")
      }
    }
  }
}

extension MatrixProductTests.Operands {
  fileprivate init(_ a: [Float], _ b: [Float]) { (self.a, self.b, c) = (a, b, []) }
}
