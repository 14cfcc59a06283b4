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
      """)

  @Option(name: .customLong("shape"), help: "m,n,k of [m,k] times [k,n]; repeat for more (default: several).")
  var shapes: [String] = []

  @OptionGroup var compute: ComputeOptions

  @Flag(help: "Print one JSON object: library, threads, and rates with shape, gflops and best_gflops.")
  var json = false

  func validate() throws {
    for shape in shapes where MatrixBenchmark.Extents(text: shape) == nil {
      throw ValidationError("--shape takes three numbers such as 2048,512,1536, not '\(shape)'.")
    }
  }

  func run() throws {
    let backend = compute.backend()
    let wanted = shapes.compactMap { MatrixBenchmark.Extents(text: $0) }
    let rates = (wanted.isEmpty ? MatrixBenchmark.ceilingExtents : wanted).map {
      MatrixBenchmark(on: backend).rate($0)
    }
    if json {
      try Console.write([
        "library": .string(CPUBackend.matrixLibrary), "threads": .integer(backend.threadCount),
        "rates": .array(
          rates.map {
            [
              "shape": .string($0.extents.description), "gflops": .number($0.gigaflops),
              "best_gflops": .number($0.bestGigaflops),
            ]
          }),
      ])
    } else {
      Console.write("\(CPUBackend.matrixLibrary), \(backend.threadCount) threads")
      for rate in rates {
        Console.write(
          "\(rate.extents)\t\(Int(rate.gigaflops)) GFLOP/s\tbest \(Int(rate.bestGigaflops))")
      }
    }
  }
}
