internal import CKernels

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

  var code: Int32 {
    switch self {
    case .openBLAS: Int32(PK_GEMM_OPENBLAS)
    case .avx2: Int32(PK_GEMM_AVX2)
    case .avx512: Int32(PK_GEMM_AVX512)
    case .amx: Int32(PK_GEMM_AMX)
    }
  }
}
