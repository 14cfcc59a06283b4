internal import CKernels
internal import Foundation

/// What multiplies large matrices; small ones go to OpenBLAS in any case.
package enum MatrixKernels: String, Sendable, CaseIterable {
  /// OpenBLAS in tiles.
  case openBLAS = "openblas"
  /// Our own tiles of 6 × 16 sums.
  case avx2
  /// Our own tiles of 12 × 32 sums.
  case avx512
  /// Our own tiles of 32 × 32 sums on the tile unit, each number the sum of three of bfloat16.
  case amx

  /// Those that this processor can run, the best one last.
  package static var available: [MatrixKernels] { allCases.filter { $0.code <= pk_gemm_best() } }

  /// The fastest of them.
  package static var best: MatrixKernels { available.last ?? .openBLAS }

  /// The environment variable that asks for other kernels than the best. Kernels differ in the last bits: a run that
  /// began on another processor goes on bit for bit only on the kernels of that one.
  package static let variable = "PACER_KERNELS"

  /// What that variable asks for, whether or not it makes sense; nil: nothing.
  package static var wish: String? { ProcessInfo.processInfo.environment[variable] }

  /// Those that a backend takes unless it is told otherwise: the wish where it can be met, else the best.
  package static let preferred: MatrixKernels = available.first { $0.rawValue == wish } ?? best

  var code: Int32 {
    switch self {
    case .openBLAS: Int32(PK_GEMM_OPENBLAS)
    case .avx2: Int32(PK_GEMM_AVX2)
    case .avx512: Int32(PK_GEMM_AVX512)
    case .amx: Int32(PK_GEMM_AMX)
    }
  }
}
