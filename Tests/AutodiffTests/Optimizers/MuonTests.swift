import Autodiff
import Testing

@Suite struct MuonTests {
  /// The update that a gradient leads to: with no momentum and a rate of 1 it is what the weights lose.
  private func update(_ gradient: [Float], _ shape: Shape) -> [Float] {
    var settings = Muon.Settings()
    settings.momentum = 0
    settings.isNesterov = false
    let bench = OptimizerBench([("m", shape)], .muon(settings))
    bench.set("m", [Float](repeating: 0, count: shape.count))
    bench.setGradient("m", gradient)
    bench.optimizer.step(learningRate: 1, gradientScale: 1)
    return bench.values("m").map { -$0 }
  }

  /// Both singular values of a matrix [n, 2] or [2, n], from the eigenvalues of its Gram matrix.
  private func singularValues(_ x: [Float], _ shape: Shape) -> (Double, Double) {
    let isTall = shape.columns == 2
    let n = isTall ? shape.rows : shape.columns
    func at(_ i: Int, _ j: Int) -> Double { Double(isTall ? x[i * 2 + j] : x[j * n + i]) }
    var (a, b, d) = (0.0, 0.0, 0.0)
    for i in 0..<n {
      a += at(i, 0) * at(i, 0)
      b += at(i, 0) * at(i, 1)
      d += at(i, 1) * at(i, 1)
    }
    let root = ((a - d) * (a - d) / 4 + b * b).squareRoot()
    return (((a + d) / 2 - root).squareRoot(), ((a + d) / 2 + root).squareRoot())
  }

  @Test(
    "Singular values far apart are brought close to one, whichever side is longer",
    arguments: [Shape([40, 2]), Shape([2, 40]), Shape([2, 2])])
  func orthogonalizes(shape: Shape) {
    let gradient = (0..<shape.count).map { i in
      let common: Float = i % 3 == 0 ? 30 : 0
      return Float((i * 37) % 41) - 20 + common
    }
    let scale = Muon.Scale.original.factor(rows: shape.rows, columns: shape.columns)
    let (low, high) = singularValues(update(gradient, shape), shape)
    #expect(low / scale > 0.6 && high / scale < 1.3, "\(low / scale), \(high / scale)")
  }

  @Test("The size of the gradient does not matter, down to nothing")
  func sizeDoesNotMatter() {
    let gradient = (0..<12).map { Float(($0 * 5) % 7) - 3 }
    let small = update(gradient.map { $0 * 0x1p-12 }, [3, 4])
    let large = update(gradient.map { $0 * 0x1p12 }, [3, 4])
    #expect(zip(small, large).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(update([Float](repeating: 0, count: 12), [3, 4]).allSatisfy { $0 == 0 })
  }

  @Test("Both scale rules follow their formula")
  func scales() {
    #expect(Muon.Scale.original.factor(rows: 8, columns: 2) == 2)
    #expect(Muon.Scale.original.factor(rows: 2, columns: 8) == 1)
    #expect(Muon.Scale.matchRMSOfAdamW.factor(rows: 2, columns: 100) == 2)
    #expect(Muon.Scale.matchRMSOfAdamW.factor(rows: 100, columns: 2) == 2)
  }

  @Test("Embeddings and heads named as not hidden are left to AdamW, as are vectors")
  func restIsAdamW() {
    var settings = Muon.Settings()
    settings.notHidden = ["embedding"]
    let shapes: [(name: String, shape: Shape)] = [("embedding", [4, 3]), ("hidden", [3, 4]), ("norm", [5])]
    let muon = OptimizerBench(shapes, .muon(settings))
    let adamW = OptimizerBench(shapes, .adamW(AdamW.Settings()))
    for step in 0..<3 {
      muon.step(step)
      adamW.step(step)
    }
    #expect(muon.values("embedding") == adamW.values("embedding"))
    #expect(muon.values("norm") == adamW.values("norm"))
    #expect(muon.values("hidden") != adamW.values("hidden"))
    #expect(
      muon.optimizer.stateEntries.map(\.name) == [
        "step", "embedding.first_moment", "embedding.second_moment", "norm.first_moment",
        "norm.second_moment",
        "hidden.momentum",
      ])
  }
}
