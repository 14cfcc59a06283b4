#include "weights.h"

enum { elements_per_task = 32768, int8_largest = 127 };

typedef struct {
  size_t rows, columns, first_row, grain;
  const pk_weights *weights;
  const int32_t *ids;  // NULL: rows first_row, first_row + 1, ...
  float *to;
} unpack_job;

static KERNEL void unpack_task(void *context, size_t index) {
  const unpack_job *job = context;
  const size_t end = pk_min(job->rows, (index + 1) * job->grain);
  for (size_t row = index * job->grain; row < end; row++) {
    float *y = job->to + row * job->columns;
    if (job->ids != NULL && job->ids[row] < 0) {
      memset(y, 0, job->columns * sizeof *y);
      continue;
    }
    const size_t from = job->ids != NULL ? (size_t)job->ids[row] : job->first_row + row;
    pk_unpack(job->weights, from, from * job->columns, job->columns, y);
  }
}

static void run_unpack(pk_pool *pool, unpack_job job) {
  if (job.columns == 0) return;
  job.grain = pk_max(1, elements_per_task / job.columns);
  pk_pool_run(pool, pk_ceil_div(job.rows, job.grain), unpack_task, &job);
}

void pk_weights_read(pk_pool *pool, const pk_weights *weights, size_t first_row, size_t rows, size_t columns, float *y) {
  run_unpack(pool, (unpack_job){rows, columns, first_row, 0, weights, NULL, y});
}

void pk_gather_weight_rows(pk_pool *pool, size_t rows, size_t columns, const int32_t *ids, const pk_weights *weights,
                           float *y) {
  run_unpack(pool, (unpack_job){rows, columns, 0, 0, weights, ids, y});
}

// To the nearest, ties to even; a NaN stays one.
static uint16_t bfloat16_from(float x) {
  const uint32_t bits = pk_bits_from_float(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return (uint16_t)(bits >> 16 | 0x40u);
  return (uint16_t)((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

static void write_int8_row(size_t columns, const float *x, int8_t *to, float *scale) {
  float largest = 0;
  for (size_t i = 0; i < columns; i++) largest = fmaxf(largest, fabsf(x[i]));
  *scale = largest / int8_largest;
  const float inverse = largest > 0 ? int8_largest / largest : 0;
  for (size_t i = 0; i < columns; i++) to[i] = (int8_t)lrintf(x[i] * inverse);
}

void pk_weights_write(size_t first_row, size_t rows, size_t columns, const float *x, int storage, void *elements,
                      float *scale) {
  for (size_t row = 0; row < rows; row++) {
    const size_t start = (first_row + row) * columns;
    const float *from = x + row * columns;
    switch (storage) {
      case PK_BFLOAT16:
        for (size_t i = 0; i < columns; i++) ((uint16_t *)elements)[start + i] = bfloat16_from(from[i]);
        break;
      case PK_INT8: write_int8_row(columns, from, (int8_t *)elements + start, &scale[first_row + row]); break;
      default: memcpy((float *)elements + start, from, columns * sizeof(float)); break;
    }
  }
}
