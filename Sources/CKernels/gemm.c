#include "gemm.h"
#include "weights.h"

// ---- few rows times a transposed matrix: decoding -----------------------------------------------------------------
// Every element of b is used once per row of a, so packing b, as a large product does, would double the traffic.
// Dot products along k, when it is long enough to make the sum over lanes at their end cheap. With fewer rows they pay
// for shorter k as well, but not where OpenBLAS has kernels of its own that do not pack: for small c.

enum { few_rows_limit = 16, few_rows_depth = 256, fewer_rows = 6, fewer_rows_depth = 48, small_result = 1200 };
enum { dot_rows = 4, dot_columns = 4 };

static int is_faster_by_dots(size_t m, size_t n, size_t k) {
  if (m <= few_rows_limit && k >= few_rows_depth) return 1;
  return m <= fewer_rows && k >= fewer_rows_depth && m * n > small_result;
}

// What stands in place of b: row `row` of it is scaled by scale[row], where there is one.
typedef struct {
  const void *elements;
  const float *scale;
} stored_rows;

INLINE float scale_of(int storage, const stored_rows *b, size_t row) {
  return storage == PK_INT8 ? b->scale[row] : 1;
}

// c[row_count, 4] (row_count at most 4) from row_count rows of a and the 4 rows of b from `column` on.
INLINE void dot_block(const pk_product *job, int storage, const stored_rows *rows_of_b, size_t row_count, size_t row,
                      size_t first) {
  FP_RELAXED
  const float *a = job->a + row * job->lda;
  const void *b = rows_of_b->elements;
  pk_lanes sum[dot_rows][dot_columns] = {0};
  size_t j = 0;
  for (; j + pk_lane_count <= job->k; j += pk_lane_count) {
    for (size_t column = 0; column < dot_columns; column++) {
      pk_lanes lane;
      pk_load_stored(storage, b, (first + column) * job->ldb + j, &lane);
      for (size_t i = 0; i < row_count; i++) sum[i][column] += *(const pk_lanes *)(a + i * job->lda + j) * lane;
    }
  }
  for (size_t i = 0; i < row_count; i++) {
    for (size_t column = 0; column < dot_columns; column++) {
      float total = 0;
      for (size_t lane = 0; lane < pk_lane_count; lane++) total += sum[i][column][lane];
      for (size_t x = j; x < job->k; x++) {
        total += a[i * job->lda + x] * pk_stored_element(storage, b, (first + column) * job->ldb + x);
      }
      float *out = &job->c[(row + i) * job->ldc + first + column];
      *out = pk_blend(job->alpha * scale_of(storage, rows_of_b, first + column) * total, job->beta, *out);
    }
  }
}

// The last columns, fewer than 4, one by one.
INLINE void dot_single(const pk_product *job, int storage, const stored_rows *b, size_t row, size_t column) {
  FP_RELAXED
  const float *a = job->a + row * job->lda;
  float total = 0, *c = &job->c[row * job->ldc + column];
  for (size_t i = 0; i < job->k; i++) total += a[i] * pk_stored_element(storage, b->elements, column * job->ldb + i);
  *c = pk_blend(job->alpha * scale_of(storage, b, column) * total, job->beta, *c);
}

INLINE void dot_columns_of(const pk_product *job, int storage, const stored_rows *b, size_t column) {
  size_t row = 0;
  for (; row + dot_rows <= job->m; row += dot_rows) dot_block(job, storage, b, dot_rows, row, column);
  switch (job->m - row) {
    case 3: dot_block(job, storage, b, 3, row, column); break;
    case 2: dot_block(job, storage, b, 2, row, column); break;
    case 1: dot_block(job, storage, b, 1, row, column); break;
    default: break;
  }
}

typedef struct {
  const pk_product *product;
  stored_rows b;
  size_t columns;  // of one task
} few_rows_job;

INLINE void few_rows(const few_rows_job *few, int storage, size_t index) {
  const pk_product *job = few->product;
  const size_t end = pk_min(job->n, (index + 1) * few->columns);
  size_t column = index * few->columns;
  for (; column + dot_columns <= end; column += dot_columns) dot_columns_of(job, storage, &few->b, column);
  for (; column < end; column++) {
    for (size_t row = 0; row < job->m; row++) dot_single(job, storage, &few->b, row, column);
  }
}

static KERNEL void few_rows_float32(void *context, size_t index) { few_rows(context, PK_FLOAT32, index); }
static KERNEL void few_rows_bfloat16(void *context, size_t index) { few_rows(context, PK_BFLOAT16, index); }
static KERNEL void few_rows_int8(void *context, size_t index) { few_rows(context, PK_INT8, index); }

static void multiply_few_rows(pk_pool *pool, const pk_product *product) {
  static const pk_task tasks[] = {
    [PK_FLOAT32] = few_rows_float32, [PK_BFLOAT16] = few_rows_bfloat16, [PK_INT8] = few_rows_int8};
  // A task reads at least 65,536 elements of b.
  const size_t columns = pk_max(dot_columns, 65536 / product->k / dot_columns * dot_columns);
  const pk_weights *weights = product->weights;
  few_rows_job job = {product, {product->b, NULL}, columns};
  if (weights != NULL) job.b = (stored_rows){weights->elements, weights->scale};
  pk_pool_run(pool, pk_ceil_div(product->n, columns), tasks[weights == NULL ? PK_FLOAT32 : weights->storage], &job);
}

// ---- which way ----------------------------------------------------------------------------------------------------

// Below these extents packing costs more than it saves, and OpenBLAS has kernels that do not pack.
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
  const pk_product product = {transpose_a, transpose_b, m, n, k, lda, ldb, ldc, alpha, beta, a, b, c, NULL};
  if (k == 0) {
    scale_rows(&product);
  } else if (transpose_b && !transpose_a && is_faster_by_dots(m, n, k)) {
    multiply_few_rows(pool, &product);
  } else if (!pk_gemm_amx(pool, &product)) {
    if (!is_faster_packed(&product) || !pk_gemm_packed(pool, &product)) pk_gemm_openblas(pool, &product);
  }
}

// ---- weights of fewer bytes ---------------------------------------------------------------------------------------

// Blocks of rows as float32, for processors without kernels of ours.
static void multiply_unpacked(pk_pool *pool, const pk_product *product) {
  pk_product part = *product;
  const size_t rows = product->transpose_b ? product->n : product->k, columns = product->ldb;
  const size_t block = pk_max(1, pk_pool_scratch_floats / columns);
  part.b = pk_pool_scratch(pool);
  for (size_t row = 0; row < rows; row += block) {
    const size_t count = pk_min(block, rows - row);
    pk_weights_read(pool, product->weights, row, count, columns, pk_pool_scratch(pool));
    if (product->transpose_b) {
      part.n = count;
      part.c = product->c + row;
    } else {
      part.k = count;
      part.a = product->a + row;
      part.beta = row == 0 ? product->beta : 1;
    }
    pk_gemm_openblas(pool, &part);
  }
}

void pk_gemm_weights(pk_pool *pool, int transpose_w, size_t m, size_t n, size_t k, float alpha, const float *a,
                     size_t lda, const pk_weights *weights, float beta, float *c, size_t ldc) {
  if (m == 0 || n == 0) return;
  const size_t ldb = transpose_w ? k : n;
  const pk_product product = {0, transpose_w, m, n, k, lda, ldb, ldc, alpha, beta, a, NULL, c, weights};
  if (k == 0) {
    scale_rows(&product);
  } else if (transpose_w && m < few_rows_limit) {
    multiply_few_rows(pool, &product);
  } else if (!pk_gemm_amx(pool, &product)) {
    if (!pk_gemm_packed(pool, &product)) multiply_unpacked(pool, &product);
  }
}
