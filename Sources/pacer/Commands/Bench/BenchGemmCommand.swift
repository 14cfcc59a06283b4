import ArgumentParser
import Autodiff
import DraftData
import Training

/// `pacer bench gemm`
struct BenchGemmCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gemm", abstract: "Time matrix products: the ceiling of everything else.",
    discussion: """
      EXAMPLES
        pacer bench gemm
        pacer bench gemm --shape 64,64,64 --shape 2048,512,1536 --threads 1 --json
        pacer bench gemm --kernels openblas
        pacer bench gemm --transpose-a --shape 128,344,2048
      """)

  @Option(name: .customLong("shape"), help: "m,n,k of [m,k] times [k,n]; repeat for more (default: several).")
  var shapes: [String] = []

  @Flag(help: "Take the first matrix as [k,m]: the product that makes the gradient of a weight.")
  var transposeA = false

  @Option(help: "What multiplies large matrices (default: $PACER_KERNELS, else the processor's best).")
  var kernels: MatrixKernels?

  @OptionGroup var compute: ComputeOptions

  @Flag(
    help: "Print one JSON object: library, kernels, threads, and rates with shape, gflops and best_gflops.")
  var json = false

  func validate() throws {
    if let kernels, !MatrixKernels.available.contains(kernels) {
      throw ValidationError("This processor cannot run --kernels \(kernels.rawValue).")
    }
    for shape in shapes where MatrixBenchmark.Extents(text: shape) == nil {
      throw ValidationError("--shape takes three numbers such as 2048,512,1536, not '\(shape)'.")
    }
  }

  func run() throws {
    let kernels = kernels ?? MatrixKernels.preferred
    let backend = compute.backend(matrixKernels: kernels)
    let wanted = shapes.compactMap { MatrixBenchmark.Extents(text: $0) }
    let rates = (wanted.isEmpty ? MatrixBenchmark.ceilingExtents : wanted).map {
      MatrixBenchmark(on: backend).rate($0, transposesA: transposeA)
    }
    if json {
      try Console.write([
        "library": .string(CPUBackend.matrixLibrary), "kernels": .string(kernels.rawValue),
        "threads": .integer(backend.threadCount),
        "rates": .array(
          rates.map {
            [
              "shape": .string($0.extents.description), "gflops": .number($0.gigaflops),
              "best_gflops": .number($0.bestGigaflops),
            ]
          }),
      ])
    } else {
      Console.write(
        "kernels \(kernels.rawValue), \(backend.threadCount) threads; \(CPUBackend.matrixLibrary)")
      for rate in rates {
        Console.write(
          "\(rate.extents)\t\(Int(rate.gigaflops)) GFLOP/s\tbest \(Int(rate.bestGigaflops))")
      }
    }
  }
}

extension MatrixKernels: ExpressibleByArgument {}
