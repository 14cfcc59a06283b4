#include "gemm.h"
#include "lanes.h"

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
INLINE void dot_block(const pk_product *job, size_t row_count, const float *a, const float *b, float *c) {
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
INLINE void dot_single(const pk_product *job, const float *a, const float *b, float *c) {
  FP_RELAXED
  float total = 0;
  for (size_t i = 0; i < job->k; i++) total += a[i] * b[i];
  *c = pk_blend(job->alpha * total, job->beta, *c);
}

INLINE void dot_columns_of(const pk_product *job, const float *b, float *c) {
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

typedef struct {
  const pk_product *product;
  size_t columns;  // of one task
} few_rows_job;

static KERNEL void few_rows_task(void *context, size_t index) {
  const few_rows_job *few = context;
  const pk_product *job = few->product;
  const size_t end = pk_min(job->n, (index + 1) * few->columns);
  size_t column = index * few->columns;
  for (; column + dot_columns <= end; column += dot_columns) {
    dot_columns_of(job, job->b + column * job->ldb, job->c + column);
  }
  for (; column < end; column++) {
    for (size_t row = 0; row < job->m; row++) {
      dot_single(job, job->a + row * job->lda, job->b + column * job->ldb, job->c + row * job->ldc + column);
    }
  }
}

static void multiply_few_rows(pk_pool *pool, const pk_product *product) {
  // A task reads at least 256 KiB of b.
  const size_t columns = pk_max(dot_columns, 65536 / product->k / dot_columns * dot_columns);
  few_rows_job job = {product, columns};
  pk_pool_run(pool, pk_ceil_div(product->n, columns), few_rows_task, &job);
}

// ---- which way ----------------------------------------------------------------------------------------------------

// Below these extents packing costs more than it saves, and OpenBLAS has kernels that do not pack. Measured with
// `pacer bench gemm`.
static int is_faster_packed(const pk_product *product) {
  if (product->n < 16) return 0;
  if (product->transpose_a) return product->m >= 32;
  return product->m >= (product->transpose_b ? 16 : 96);
}

static void scale_rows(const pk_product *product) {
  for (size_t i = 0; i < product->m; i++) {
    float *c = product->c + i * product->ldc;
    for (size_t j = 0; j < product->n; j++) c[j] = pk_blend(0, product->beta, c[j]);
  }
}

void pk_gemm(pk_pool *pool, int transpose_a, int transpose_b, size_t m, size_t n, size_t k, float alpha,
             const float *a, size_t lda, const float *b, size_t ldb, float beta, float *c, size_t ldc) {
  if (m == 0 || n == 0) return;
  const pk_product product = {transpose_a, transpose_b, m, n, k, lda, ldb, ldc, alpha, beta, a, b, c};
  if (k == 0) {
    scale_rows(&product);
  } else if (transpose_b && !transpose_a && is_faster_by_dots(m, n, k)) {
    multiply_few_rows(pool, &product);
  } else if (!is_faster_packed(&product) || !pk_gemm_packed(pool, &product)) {
    pk_gemm_openblas(pool, &product);
  }
}
