#include "kernel.h"

enum { elements_per_task = 32768, columns_per_task = 128 };

typedef struct {
  size_t rows, columns, grain;
  const int32_t *ids;
  const float *from;
  float *to;
} gather_job;

static void gather_task(void *context, size_t index) {
  const gather_job *job = context;
  const size_t bytes = job->columns * sizeof(float), end = pk_min(job->rows, (index + 1) * job->grain);
  for (size_t row = index * job->grain; row < end; row++) {
    const int32_t id = job->ids[row];
    float *y = job->to + row * job->columns;
    if (id < 0) {
      memset(y, 0, bytes);
    } else {
      memcpy(y, job->from + (size_t)id * job->columns, bytes);
    }
  }
}

void pk_gather_rows(pk_pool *pool, size_t rows, size_t columns, const int32_t *ids, const float *table, float *y) {
  if (columns == 0) return;
  gather_job job = {rows, columns, pk_max(1, elements_per_task / columns), ids, table, y};
  pk_pool_run(pool, pk_ceil_div(rows, job.grain), gather_task, &job);
}

// A task owns some columns of the whole table, so that rows with the same id are added in row order.
static KERNEL void scatter_task(void *context, size_t index) {
  const gather_job *job = context;
  const size_t begin = index * job->grain, width = pk_min(job->grain, job->columns - begin);
  for (size_t row = 0; row < job->rows; row++) {
    const int32_t id = job->ids[row];
    if (id < 0) continue;
    const float *dy = job->from + row * job->columns + begin;
    float *table = job->to + (size_t)id * job->columns + begin;
    for (size_t c = 0; c < width; c++) table[c] += dy[c];
  }
}

void pk_scatter_add_rows(pk_pool *pool, size_t rows, size_t columns, const int32_t *ids, const float *dy,
                         float *dtable) {
  gather_job job = {rows, columns, columns_per_task, ids, dy, dtable};
  pk_pool_run(pool, pk_ceil_div(columns, columns_per_task), scatter_task, &job);
}

typedef struct {
  size_t rows, columns, from_stride, to_stride, grain;
  float beta;
  const float *from;
  float *to;
} column_job;

static KERNEL void column_task(void *context, size_t index) {
  const column_job *job = context;
  const size_t end = pk_min(job->rows, (index + 1) * job->grain);
  for (size_t row = index * job->grain; row < end; row++) {
    const float *x = job->from + row * job->from_stride;
    float *y = job->to + row * job->to_stride;
    for (size_t c = 0; c < job->columns; c++) y[c] = pk_blend(x[c], job->beta, y[c]);
  }
}

void pk_copy_columns(pk_pool *pool, size_t rows, size_t columns, const float *x, size_t ldx, float beta, float *y,
                     size_t ldy) {
  if (columns == 0) return;
  column_job job = {rows, columns, ldx, ldy, pk_max(1, elements_per_task / columns), beta, x, y};
  pk_pool_run(pool, pk_ceil_div(rows, job.grain), column_task, &job);
}

typedef struct {
  size_t rows, heads, head_dim, grain;
  const int32_t *position;
  const float *cosine, *sine;
  float sign, beta;
  const float *x;
  float *y;
} rope_job;

static KERNEL void rope_task(void *context, size_t index) {
  const rope_job *job = context;
  const size_t half = job->head_dim / 2, end = pk_min(job->rows, (index + 1) * job->grain);
  const float sign = job->sign, beta = job->beta;
  for (size_t row = index * job->grain; row < end; row++) {
    const float *cosine = job->cosine + (size_t)job->position[row] * half;
    const float *sine = job->sine + (size_t)job->position[row] * half;
    for (size_t head = 0; head < job->heads; head++) {
      const float *x = job->x + (row * job->heads + head) * job->head_dim;
      float *y = job->y + (row * job->heads + head) * job->head_dim;
      if (beta == 0) {
#pragma clang loop vectorize(assume_safety)
        for (size_t j = 0; j < half; j++) {
          const float x1 = x[j], x2 = x[j + half], c = cosine[j], s = sign * sine[j];
          y[j] = x1 * c - x2 * s;
          y[j + half] = x2 * c + x1 * s;
        }
      } else {
#pragma clang loop vectorize(assume_safety)
        for (size_t j = 0; j < half; j++) {
          const float x1 = x[j], x2 = x[j + half], c = cosine[j], s = sign * sine[j];
          y[j] = x1 * c - x2 * s + beta * y[j];
          y[j + half] = x2 * c + x1 * s + beta * y[j + half];
        }
      }
      // The last element of an odd head has no partner and stays as it is.
      if (job->head_dim % 2) y[job->head_dim - 1] = pk_blend(x[job->head_dim - 1], beta, y[job->head_dim - 1]);
    }
  }
}

void pk_rope(pk_pool *pool, size_t rows, size_t heads, size_t head_dim, const int32_t *position, const float *cosine,
             const float *sine, int inverse, const float *x, float beta, float *y) {
  if (heads == 0 || head_dim == 0) return;
  rope_job job = {rows, heads, head_dim, pk_max(1, elements_per_task / (heads * head_dim)), position, cosine,
                  sine, inverse ? -1.0f : 1.0f, beta, x, y};
  pk_pool_run(pool, pk_ceil_div(rows, job.grain), rope_task, &job);
}
