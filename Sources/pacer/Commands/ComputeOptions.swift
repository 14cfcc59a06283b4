import ArgumentParser
import Autodiff
import FileSystem

/// What all commands that compute share.
struct ComputeOptions: ParsableArguments {
  @Option(help: "Threads of the arithmetic (default: one for each core). Results do not depend on it.")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads takes 1 to 1024.") }
  }

  /// A backend with these threads.
  func backend(matrixKernels: MatrixKernels? = nil) -> CPUBackend {
    CPUBackend(threads: threads ?? MachineFacts.processorCount, matrixKernels: matrixKernels)
  }
}
