#include <cblas.h>

#include "lanes.h"

// The grid of output tiles depends on m, n, k alone and k is never split: the same bits at any thread count.
typedef struct {
  int transpose_a, transpose_b;
  size_t m, n, k, lda, ldb, ldc;
  size_t tile_rows, tile_columns, tiles_across;
  float alpha, beta;
  const float *a, *b;
  float *c;
} gemm_job;

enum { flops_per_tile = 2000000, few_tiles = 4, most_tiles = 16, least_side = 64, least_area = 128 * 256 };

// The longer side is halved while that pays: both operands are packed again for every tile, which at 256 x 256 costs
// 5 % and at 128 x 128 20 % of the product. The first few tiles may be small all the same: two threads gain more.
static void choose_tiles(gemm_job *job) {
  const double wanted = 2.0 * (double)job->m * (double)job->n * (double)job->k / flops_per_tile;
  const size_t limit = wanted > most_tiles ? most_tiles : (size_t)wanted;
  size_t rows = job->m, columns = job->n;
  for (size_t tiles = 2; tiles <= limit; tiles *= 2) {
    const size_t longer = pk_max(rows, columns);
    if (longer < 2 * least_side || (tiles > few_tiles && rows * columns < 2 * least_area)) break;
    if (rows >= columns) {
      rows = pk_ceil_div(rows, 2);
    } else {
      columns = pk_ceil_div(columns, 2);
    }
  }
  // Multiples of 16 keep every tile but the last ones on full vectors.
  job->tile_rows = pk_ceil_div(rows, 16) * 16;
  job->tile_columns = pk_ceil_div(columns, 16) * 16;
  job->tiles_across = pk_ceil_div(job->n, job->tile_columns);
}

// ---- few rows times a transposed matrix: decoding -----------------------------------------------------------------
// Every element of b is used once per row of a, so packing b, as a large product does, would double the traffic.
// Dot products along k, when it is long enough to make the sum over lanes at their end cheap. With fewer rows they pay
// for shorter k as well, but not where OpenBLAS has kernels of its own that do not pack: for small c.

enum { few_rows = 16, few_rows_depth = 256, fewer_rows = 6, fewer_rows_depth = 48, small_result = 1200 };
enum { dot_rows = 4, dot_columns = 4 };

static int is_faster_by_dots(size_t m, size_t n, size_t k) {
  if (m <= few_rows && k >= few_rows_depth) return 1;
  return m <= fewer_rows && k >= fewer_rows_depth && m * n > small_result;
}

// c[row_count, 4] (row_count at most 4) from row_count rows of a and 4 rows of b.
INLINE void dot_block(const gemm_job *job, size_t row_count, const float *a, const float *b, float *c) {
  FP_RELAXED
  pk_lanes sum[dot_rows][dot_columns] = {0};
  size_t j = 0;
  for (; j + pk_lane_count <= job->k; j += pk_lane_count) {
    for (size_t column = 0; column < dot_columns; column++) {
      const pk_lanes lane = *(const pk_lanes *)(b + column * job->ldb + j);
      for (size_t row = 0; row < row_count; row++) {
        sum[row][column] += *(const pk_lanes *)(a + row * job->lda + j) * lane;
      }
    }
  }
  for (size_t row = 0; row < row_count; row++) {
    for (size_t column = 0; column < dot_columns; column++) {
      float total = 0;
      for (size_t lane = 0; lane < pk_lane_count; lane++) total += sum[row][column][lane];
      for (size_t i = j; i < job->k; i++) total += a[row * job->lda + i] * b[column * job->ldb + i];
      float *out = &c[row * job->ldc + column];
      *out = pk_blend(job->alpha * total, job->beta, *out);
    }
  }
}

// The last columns, fewer than 4, one by one.
INLINE void dot_single(const gemm_job *job, const float *a, const float *b, float *c) {
  FP_RELAXED
  float total = 0;
  for (size_t i = 0; i < job->k; i++) total += a[i] * b[i];
  *c = pk_blend(job->alpha * total, job->beta, *c);
}

INLINE void dot_columns_of(const gemm_job *job, const float *b, float *c) {
  size_t row = 0;
  for (; row + dot_rows <= job->m; row += dot_rows) {
    dot_block(job, dot_rows, job->a + row * job->lda, b, c + row * job->ldc);
  }
  const float *a = job->a + row * job->lda;
  float *out = c + row * job->ldc;
  switch (job->m - row) {
    case 3: dot_block(job, 3, a, b, out); break;
    case 2: dot_block(job, 2, a, b, out); break;
    case 1: dot_block(job, 1, a, b, out); break;
    default: break;
  }
}

static KERNEL void few_rows_task(void *context, size_t index) {
  const gemm_job *job = context;
  const size_t end = pk_min(job->n, (index + 1) * job->tile_columns);
  size_t column = index * job->tile_columns;
  for (; column + dot_columns <= end; column += dot_columns) {
    dot_columns_of(job, job->b + column * job->ldb, job->c + column);
  }
  for (; column < end; column++) {
    for (size_t row = 0; row < job->m; row++) {
      dot_single(job, job->a + row * job->lda, job->b + column * job->ldb, job->c + row * job->ldc + column);
    }
  }
}

// ---- tiles --------------------------------------------------------------------------------------------------------

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
  if (transpose_b && !transpose_a && is_faster_by_dots(m, n, k)) {
    // A task reads at least 256 KiB of b.
    job.tile_columns = pk_max(dot_columns, 65536 / k / dot_columns * dot_columns);
    pk_pool_run(pool, pk_ceil_div(n, job.tile_columns), few_rows_task, &job);
    return;
  }
  choose_tiles(&job);
  pk_pool_run(pool, pk_ceil_div(m, job.tile_rows) * job.tiles_across, gemm_task, &job);
}
