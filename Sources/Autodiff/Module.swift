internal import CKernels
internal import COpenBLAS
