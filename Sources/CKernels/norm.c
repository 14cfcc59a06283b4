#include "kernel.h"

enum { elements_per_task = 32768, columns_per_task = 128 };

typedef struct {
  size_t rows, columns, grain;
  float epsilon, beta_x, beta_w;
  const float *x, *w, *dy;
  float *y, *inverse_rms, *dx, *dw;
} norm_job;

INLINE float mean_square(size_t n, const float *x) {
  FP_RELAXED
  float sum = 0;
  for (size_t i = 0; i < n; i++) sum += x[i] * x[i];
  return sum / (float)n;
}

static KERNEL void rms_norm_task(void *context, size_t index) {
  const norm_job *job = context;
  const size_t columns = job->columns, end = pk_min(job->rows, (index + 1) * job->grain);
  const float *w = job->w;
  for (size_t row = index * job->grain; row < end; row++) {
    const float *x = job->x + row * columns;
    float *y = job->y + row * columns;
    const float s = 1.0f / __builtin_elementwise_sqrt(mean_square(columns, x) + job->epsilon);
    job->inverse_rms[row] = s;
#pragma clang loop vectorize(assume_safety)
    for (size_t c = 0; c < columns; c++) y[c] = x[c] * s * w[c];
  }
}

void pk_rms_norm(pk_pool *pool, size_t rows, size_t columns, float epsilon, const float *x, const float *w, float *y,
                 float *inverse_rms) {
  if (columns == 0) return;
  norm_job job = {.rows = rows, .columns = columns, .grain = pk_max(1, elements_per_task / columns),
                  .epsilon = epsilon, .x = x, .w = w, .y = y, .inverse_rms = inverse_rms};
  pk_pool_run(pool, pk_ceil_div(rows, job.grain), rms_norm_task, &job);
}

INLINE float triple_product(size_t n, const float *a, const float *b, const float *c) {
  FP_RELAXED
  float sum = 0;
  for (size_t i = 0; i < n; i++) sum += a[i] * b[i] * c[i];
  return sum;
}

// With xhat = x s: dx = s (dy w - xhat mean(dy w xhat)).
static KERNEL void norm_dx_task(void *context, size_t index) {
  const norm_job *job = context;
  const size_t columns = job->columns, end = pk_min(job->rows, (index + 1) * job->grain);
  const float *w = job->w;
  for (size_t row = index * job->grain; row < end; row++) {
    const float *x = job->x + row * columns, *dy = job->dy + row * columns;
    float *dx = job->dx + row * columns;
    const float s = job->inverse_rms[row], beta = job->beta_x;
    const float pull = triple_product(columns, dy, w, x) * s * s * s / (float)columns;
    if (beta == 0) {
#pragma clang loop vectorize(assume_safety)
      for (size_t c = 0; c < columns; c++) dx[c] = dy[c] * w[c] * s - x[c] * pull;
    } else {
#pragma clang loop vectorize(assume_safety)
      for (size_t c = 0; c < columns; c++) dx[c] = dy[c] * w[c] * s - x[c] * pull + beta * dx[c];
    }
  }
}

static KERNEL void norm_dw_task(void *context, size_t index) {
  const norm_job *job = context;
  const size_t begin = index * columns_per_task, width = pk_min(columns_per_task, job->columns - begin);
  float sum[columns_per_task] = {0};
  for (size_t row = 0; row < job->rows; row++) {
    const float *x = job->x + row * job->columns + begin, *dy = job->dy + row * job->columns + begin;
    const float s = job->inverse_rms[row];
    for (size_t c = 0; c < width; c++) sum[c] += dy[c] * (x[c] * s);
  }
  float *dw = job->dw + begin;
  for (size_t c = 0; c < width; c++) dw[c] = pk_blend(sum[c], job->beta_w, dw[c]);
}

void pk_rms_norm_backward(pk_pool *pool, size_t rows, size_t columns, const float *dy, const float *x,
                          const float *w, const float *inverse_rms, float beta_x, float *dx, float beta_w,
                          float *dw) {
  if (columns == 0) return;
  norm_job job = {.rows = rows, .columns = columns, .grain = pk_max(1, elements_per_task / columns),
                  .beta_x = beta_x, .beta_w = beta_w, .x = x, .w = w, .dy = dy,
                  .inverse_rms = (float *)inverse_rms, .dx = dx, .dw = dw};
  // dw first: dx may overwrite dy.
  if (dw != NULL) pk_pool_run(pool, pk_ceil_div(columns, columns_per_task), norm_dw_task, &job);
  if (dx != NULL) pk_pool_run(pool, pk_ceil_div(rows, job.grain), norm_dx_task, &job);
}
