#include <cblas.h>

#include "kernel.h"

// The grid of output tiles depends on m, n, k alone and k is never split: the same bits at any thread count.
typedef struct {
  int transpose_a, transpose_b;
  size_t m, n, k, lda, ldb, ldc;
  size_t tile_rows, tile_columns, tiles_across;
  float alpha, beta;
  const float *a, *b;
  float *c;
} gemm_job;

enum { flops_per_tile = 4000000, most_tiles = 32, least_tile_rows = 64, least_tile_columns = 64 };

static void choose_tiles(gemm_job *job) {
  const double flops = 2.0 * (double)job->m * (double)job->n * (double)job->k;
  const double wanted = flops / flops_per_tile;
  const size_t limit = wanted > most_tiles ? most_tiles : (size_t)wanted;
  size_t down = 1, across = 1;
  while (2 * down * across <= limit) {
    const size_t rows = job->m / down, columns = job->n / across;
    // Narrow tiles cost more than flat ones: b is packed once per tile, and it is usually the larger matrix.
    if (rows >= 2 * least_tile_rows && 2 * rows > columns) {
      down *= 2;
    } else if (columns >= 2 * least_tile_columns) {
      across *= 2;
    } else {
      break;
    }
  }
  // Multiples of 16 keep every tile but the last ones on full vectors.
  job->tile_rows = (pk_ceil_div(job->m, down) + 15) / 16 * 16;
  job->tile_columns = (pk_ceil_div(job->n, across) + 15) / 16 * 16;
  job->tiles_across = pk_ceil_div(job->n, job->tile_columns);
}

static void gemm_task(void *context, size_t index) {
  const gemm_job *job = context;
  const size_t row = index / job->tiles_across * job->tile_rows;
  const size_t column = index % job->tiles_across * job->tile_columns;
  const size_t rows = pk_min(job->tile_rows, job->m - row);
  const size_t columns = pk_min(job->tile_columns, job->n - column);
  const float *a = job->a + (job->transpose_a ? row : row * job->lda);
  const float *b = job->b + (job->transpose_b ? column * job->ldb : column);
  cblas_sgemm(CblasRowMajor, job->transpose_a ? CblasTrans : CblasNoTrans,
              job->transpose_b ? CblasTrans : CblasNoTrans, (blasint)rows, (blasint)columns, (blasint)job->k,
              job->alpha, a, (blasint)job->lda, b, (blasint)job->ldb, job->beta, job->c + row * job->ldc + column,
              (blasint)job->ldc);
}

static void scale_rows(const gemm_job *job) {
  for (size_t i = 0; i < job->m; i++) {
    float *c = job->c + i * job->ldc;
    for (size_t j = 0; j < job->n; j++) c[j] = pk_blend(0, job->beta, c[j]);
  }
}

void pk_gemm(pk_pool *pool, int transpose_a, int transpose_b, size_t m, size_t n, size_t k, float alpha,
             const float *a, size_t lda, const float *b, size_t ldb, float beta, float *c, size_t ldc) {
  if (m == 0 || n == 0) return;
  gemm_job job = {transpose_a, transpose_b, m, n, k, lda, ldb, ldc, 0, 0, 0, alpha, beta, a, b, c};
  if (k == 0) {
    scale_rows(&job);
    return;
  }
  choose_tiles(&job);
  pk_pool_run(pool, pk_ceil_div(m, job.tile_rows) * job.tiles_across, gemm_task, &job);
}
