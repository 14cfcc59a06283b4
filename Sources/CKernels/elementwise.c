#include "kernel.h"

// Elements per task: 10 to 20 us of work each.
enum { cheap_grain = 65536, silu_grain = 32768, block = 4096, blocks_per_task = 16, most_blocks = 4096 };

typedef struct {
  size_t n, grain;
  float a, b;
  const float *x1, *x2, *x3;
  float *y1, *y2;
  double *sums;
} flat_job;

typedef struct {
  size_t begin, end;
} range;

INLINE range task_range(const flat_job *job, size_t index) {
  return (range){index * job->grain, pk_min(job->n, (index + 1) * job->grain)};
}

static void run_flat(pk_pool *pool, flat_job job, pk_task task) {
  pk_pool_run(pool, pk_ceil_div(job.n, job.grain), task, &job);
}

static KERNEL void axpby_task(void *context, size_t index) {
  const flat_job *job = context;
  const range r = task_range(job, index);
  const float a = job->a, b = job->b, *x = job->x1;
  float *y = job->y1;
  if (b == 0) {
#pragma clang loop vectorize(assume_safety)
    for (size_t i = r.begin; i < r.end; i++) y[i] = a * x[i];
  } else {
#pragma clang loop vectorize(assume_safety)
    for (size_t i = r.begin; i < r.end; i++) y[i] = a * x[i] + b * y[i];
  }
}

void pk_axpby(pk_pool *pool, size_t n, float a, const float *x, float b, float *y) {
  run_flat(pool, (flat_job){.n = n, .grain = cheap_grain, .a = a, .b = b, .x1 = x, .y1 = y}, axpby_task);
}

static KERNEL void add_task(void *context, size_t index) {
  const flat_job *job = context;
  const range r = task_range(job, index);
  const float *x1 = job->x1, *x2 = job->x2;
  float *y = job->y1;
#pragma clang loop vectorize(assume_safety)
  for (size_t i = r.begin; i < r.end; i++) y[i] = x1[i] + x2[i];
}

void pk_add(pk_pool *pool, size_t n, const float *x1, const float *x2, float *y) {
  run_flat(pool, (flat_job){.n = n, .grain = cheap_grain, .x1 = x1, .x2 = x2, .y1 = y}, add_task);
}

static KERNEL void multiply_task(void *context, size_t index) {
  const flat_job *job = context;
  const range r = task_range(job, index);
  const float *x1 = job->x1, *x2 = job->x2, beta = job->b;
  float *y = job->y1;
  if (beta == 0) {
#pragma clang loop vectorize(assume_safety)
    for (size_t i = r.begin; i < r.end; i++) y[i] = x1[i] * x2[i];
  } else {
#pragma clang loop vectorize(assume_safety)
    for (size_t i = r.begin; i < r.end; i++) y[i] = x1[i] * x2[i] + beta * y[i];
  }
}

void pk_multiply(pk_pool *pool, size_t n, const float *x1, const float *x2, float beta, float *y) {
  run_flat(pool, (flat_job){.n = n, .grain = cheap_grain, .b = beta, .x1 = x1, .x2 = x2, .y1 = y}, multiply_task);
}

// ---- rows ---------------------------------------------------------------------------------------------------------

typedef struct {
  size_t rows, columns, grain;
  const float *x, *b;
  float beta;
  float *y;
} row_job;

static KERNEL void add_row_task(void *context, size_t index) {
  const row_job *job = context;
  const size_t columns = job->columns, end = pk_min(job->rows, (index + 1) * job->grain);
  const float *b = job->b;
  for (size_t row = index * job->grain; row < end; row++) {
    const float *x = job->x + row * columns;
    float *y = job->y + row * columns;
#pragma clang loop vectorize(assume_safety)
    for (size_t c = 0; c < columns; c++) y[c] = x[c] + b[c];
  }
}

void pk_add_row(pk_pool *pool, size_t rows, size_t columns, const float *x, const float *b, float *y) {
  if (columns == 0) return;
  row_job job = {rows, columns, pk_max(1, cheap_grain / columns), x, b, 0, y};
  pk_pool_run(pool, pk_ceil_div(rows, job.grain), add_row_task, &job);
}

enum { columns_per_sum = 256 };

static KERNEL void sum_rows_task(void *context, size_t index) {
  const row_job *job = context;
  const size_t begin = index * job->grain, width = pk_min(job->grain, job->columns - begin);
  float sum[columns_per_sum] = {0};
  for (size_t row = 0; row < job->rows; row++) {
    const float *x = job->x + row * job->columns + begin;
    for (size_t c = 0; c < width; c++) sum[c] += x[c];
  }
  float *y = job->y + begin;
  for (size_t c = 0; c < width; c++) y[c] = pk_blend(sum[c], job->beta, y[c]);
}

void pk_sum_rows(pk_pool *pool, size_t rows, size_t columns, const float *x, float beta, float *y) {
  // Narrow tasks only when the columns are long enough to be worth a thread.
  const size_t grain = rows >= 256 ? 128 : columns_per_sum;
  row_job job = {rows, columns, grain, x, NULL, beta, y};
  pk_pool_run(pool, pk_ceil_div(columns, grain), sum_rows_task, &job);
}

// ---- SiLU and SwiGLU ------------------------------------------------------------------------------------------------

INLINE float silu(float x) { return x / (1.0f + pk_exp(-x)); }

// silu(x) = x s and silu'(x) = s + x s (1 - s), s = sigmoid(x). The cancellation in 1 - s costs one ulp of 1 at most; the
// alternative exp(-x) s would overflow.
INLINE float silu_slope(float x, float *silu) {
  const float s = 1.0f / (1.0f + pk_exp(-x));
  *silu = x * s;
  return s + *silu * (1.0f - s);
}

static KERNEL void silu_task(void *context, size_t index) {
  const flat_job *job = context;
  const range r = task_range(job, index);
  const float *x = job->x1;
  float *y = job->y1;
#pragma clang loop vectorize(assume_safety)
  for (size_t i = r.begin; i < r.end; i++) y[i] = silu(x[i]);
}

void pk_silu(pk_pool *pool, size_t n, const float *x, float *y) {
  run_flat(pool, (flat_job){.n = n, .grain = silu_grain, .x1 = x, .y1 = y}, silu_task);
}

static KERNEL void silu_backward_task(void *context, size_t index) {
  const flat_job *job = context;
  const range r = task_range(job, index);
  const float *dy = job->x1, *x = job->x2, beta = job->b;
  float *dx = job->y1;
#pragma clang loop vectorize(assume_safety)
  for (size_t i = r.begin; i < r.end; i++) {
    float value;
    dx[i] = pk_blend(dy[i] * silu_slope(x[i], &value), beta, dx[i]);
  }
}

void pk_silu_backward(pk_pool *pool, size_t n, const float *dy, const float *x, float beta, float *dx) {
  run_flat(pool, (flat_job){.n = n, .grain = silu_grain, .b = beta, .x1 = dy, .x2 = x, .y1 = dx}, silu_backward_task);
}

static KERNEL void swiglu_task(void *context, size_t index) {
  const flat_job *job = context;
  const range r = task_range(job, index);
  const float *gate = job->x1, *up = job->x2;
  float *y = job->y1;
#pragma clang loop vectorize(assume_safety)
  for (size_t i = r.begin; i < r.end; i++) y[i] = silu(gate[i]) * up[i];
}

void pk_swiglu(pk_pool *pool, size_t n, const float *gate, const float *up, float *y) {
  run_flat(pool, (flat_job){.n = n, .grain = silu_grain, .x1 = gate, .x2 = up, .y1 = y}, swiglu_task);
}

INLINE void swiglu_gradient(float dy, float gate, float up, float *dgate, float *dup) {
  float value;
  *dgate = dy * up * silu_slope(gate, &value);
  *dup = dy * value;
}

static KERNEL void swiglu_backward_task(void *context, size_t index) {
  const flat_job *job = context;
  const range r = task_range(job, index);
  const float *dy = job->x1, *gate = job->x2, *up = job->x3, beta_g = job->a, beta_u = job->b;
  float *dgate = job->y1, *dup = job->y2;
#pragma clang loop vectorize(assume_safety)
  for (size_t i = r.begin; i < r.end; i++) {
    float g, u;
    swiglu_gradient(dy[i], gate[i], up[i], &g, &u);
    if (dgate != NULL) dgate[i] = pk_blend(g, beta_g, dgate[i]);
    if (dup != NULL) dup[i] = pk_blend(u, beta_u, dup[i]);
  }
}

// The common case: both outputs, both overwritten.
static KERNEL void swiglu_backward_both_task(void *context, size_t index) {
  const flat_job *job = context;
  const range r = task_range(job, index);
  const float *dy = job->x1, *gate = job->x2, *up = job->x3;
  float *dgate = job->y1, *dup = job->y2;
#pragma clang loop vectorize(assume_safety)
  for (size_t i = r.begin; i < r.end; i++) {
    float g, u;
    swiglu_gradient(dy[i], gate[i], up[i], &g, &u);
    dgate[i] = g;
    dup[i] = u;
  }
}

void pk_swiglu_backward(pk_pool *pool, size_t n, const float *dy, const float *gate, const float *up, float beta_g,
                        float *dgate, float beta_u, float *dup) {
  const int both = dgate != NULL && dup != NULL && beta_g == 0 && beta_u == 0;
  run_flat(pool,
           (flat_job){.n = n, .grain = silu_grain, .a = beta_g, .b = beta_u, .x1 = dy, .x2 = gate, .x3 = up,
                      .y1 = dgate, .y2 = dup},
           both ? swiglu_backward_both_task : swiglu_backward_task);
}

// ---- checks -------------------------------------------------------------------------------------------------------

static KERNEL void sum_of_squares_task(void *context, size_t index) {
  FP_RELAXED
  const flat_job *job = context;
  const range r = task_range(job, index);
  for (size_t begin = r.begin; begin < r.end; begin += block) {
    const float *x = job->x1 + begin;
    const size_t count = pk_min(block, r.end - begin);
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += (double)x[i] * (double)x[i];
    job->sums[begin / block] = sum;
  }
}

double pk_sum_of_squares(pk_pool *pool, size_t n, const float *x) {
  double total = 0, sums[most_blocks];
  for (size_t begin = 0; begin < n; begin += (size_t)most_blocks * block) {
    const size_t count = pk_min(n - begin, (size_t)most_blocks * block);
    run_flat(pool, (flat_job){.n = count, .grain = blocks_per_task * block, .x1 = x + begin, .sums = sums},
             sum_of_squares_task);
    for (size_t i = 0; i < pk_ceil_div(count, block); i++) total += sums[i];
  }
  return total;
}

INLINE uint32_t is_nonfinite(float x) { return (pk_bits_from_float(x) & 0x7f800000u) == 0x7f800000u; }

KERNEL size_t pk_first_nonfinite(size_t n, const float *x) {
  for (size_t begin = 0; begin < n; begin += block) {
    const size_t end = pk_min(n, begin + block);
    uint32_t found = 0;
    for (size_t i = begin; i < end; i++) found |= is_nonfinite(x[i]);
    if (!found) continue;
    size_t i = begin;
    while (!is_nonfinite(x[i])) i++;
    return i;
  }
  return n;
}
