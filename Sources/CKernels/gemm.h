#pragma once
#include "kernel.h"

// c[m,n] = alpha * op(a)[m,k] op(b)[k,n] + beta * c, as pk_gemm takes it. No extent is 0.
typedef struct {
  int transpose_a, transpose_b;
  size_t m, n, k, lda, ldb, ldc;
  float alpha, beta;
  const float *a, *b;
  float *c;
  const pk_weights *weights;  // in place of b, or NULL
} pk_product;

// gemm_packed.c: our own kernels, for AVX2 and AVX-512. Returns 0, having done nothing, where there are none.
int pk_gemm_packed(pk_pool *pool, const pk_product *product);
// gemm_amx.c: our own kernels for the tile unit. Returns 0, having done nothing, where there is none or the pool does
// not use it, and for extents that are too small for it.
int pk_gemm_amx(pk_pool *pool, const pk_product *product);
int pk_gemm_has_amx(void);
// gemm_openblas.c: tiles of OpenBLAS's.
void pk_gemm_openblas(pk_pool *pool, const pk_product *product);
