import Autodiff
import Foundation
import Testing

@Suite("Matrix library")
struct MatrixLibraryTests {
  /// OpenBLAS takes a processor that is younger than itself for one of the first with 64 bits.
  @Test("uses the processor's vectors, whether or not OpenBLAS knows its model")
  func fastKernels() throws {
    let facts = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    guard facts.contains(" avx2 "), facts.contains(" fma ") else { return }
    guard ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"] == nil else { return }
    let core = CPUBackend.matrixLibrary.split(separator: " ").last.map(String.init) ?? ""
    let fast = ["Haswell", "Zen", "SkylakeX", "Cooperlake", "SapphireRapids"]
    #expect(fast.contains { $0.lowercased() == core.lowercased() }, "OpenBLAS runs its kernels for \(core)")
  }
}
