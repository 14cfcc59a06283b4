package import Autodiff

/// How fast matrices are multiplied here: the ceiling of everything that trains.
package struct MatrixBenchmark {
  /// The extents of c [m, n] = a [m, k] b [k, n].
  package struct Extents: Sendable, Hashable, CustomStringConvertible {
    package let m: Int
    package let n: Int
    package let k: Int

    /// Extents of at least 1 each.
    package init(_ m: Int, _ n: Int, _ k: Int) {
      precondition(m > 0 && n > 0 && k > 0, "a product of \(m), \(n), \(k)")
      (self.m, self.n, self.k) = (m, n, k)
    }

    /// `m,n,k` as the command line writes it; nil for anything else.
    package init?(text: String) {
      let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
      guard numbers.count == 3, numbers.allSatisfy({ (1...1 << 20).contains($0) }) else { return nil }
      self.init(numbers[0], numbers[1], numbers[2])
    }

    package var description: String { "\(m),\(n),\(k)" }
  }

  /// The rate at one size.
  package struct Rate: Sendable {
    package let extents: Extents
    /// 10⁹ operations a second: 2 m n k in the median time.
    package let gigaflops: Double
    /// The same in the shortest time.
    package let bestGigaflops: Double
  }

  /// Large products of the kinds that a training step makes; the best of them is the ceiling.
  package static let ceilingExtents = [
    Extents(1024, 1024, 1024), Extents(2048, 512, 512), Extents(2048, 1536, 512), Extents(512, 1536, 2048),
  ]

  private let backend: any Backend
  /// Seconds spent at each size.
  private let duration: Double

  /// A benchmark on the threads of `backend`.
  package init(on backend: any Backend, duration: Double = 0.4) {
    self.backend = backend
    self.duration = duration
  }

  /// The highest rate of a large product on all threads: what a step could reach if it were nothing else.
  package func ceiling() -> Double { Self.ceilingExtents.map { rate($0).bestGigaflops }.max() ?? 0 }

  /// Measures one size with random numbers.
  ///
  /// - Parameter transposesA: whether a is stored as [k, m], as where the gradient of a weight is made.
  package func rate(_ extents: Extents, transposesA: Bool = false) -> Rate {
    let (m, n, k) = (extents.m, extents.n, extents.k)
    let memory = BenchmarkMemory(on: backend)
    let (a, b, c) = (memory.slot(m * k), memory.slot(n * k), memory.slot(m * n))
    memory.fill()
    let samples = Stopwatch.samples(duration: duration) {
      backend.gemm(
        a, transposed: transposesA, b, transposed: false, into: c, m: m, n: n, k: k, alpha: 1, .overwrite)
    }
    let operations = 2e-9 * Double(m) * Double(n) * Double(k)
    return Rate(
      extents: extents, gigaflops: operations / samples.median, bestGigaflops: operations / samples.least)
  }
}
