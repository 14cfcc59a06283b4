#include "kernel.h"

// Noise from Philox4x32-10 (Salmon et al., SC 2011), in the numbers of Randomness.Philox.

enum { noise_grain = 8192 };

typedef struct {
  size_t rows, columns, grain;
  const float *x, *amplitude;
  uint32_t key_low, key_high;
  const int32_t *step;
  float *y;
} noise_job;

// The first of the four words at (step, index).
INLINE uint32_t first_word(uint32_t key_low, uint32_t key_high, uint32_t step_low, uint32_t step_high,
                           uint64_t index) {
  uint32_t c0 = (uint32_t)index, c1 = (uint32_t)(index >> 32), c2 = step_low, c3 = step_high;
#pragma clang loop unroll(full)
  for (uint32_t round = 0; round < 10; round++) {
    const uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
    c0 = (uint32_t)(p1 >> 32) ^ c1 ^ (key_low + round * 0x9E3779B9u);
    c1 = (uint32_t)p1;
    c2 = (uint32_t)(p0 >> 32) ^ c3 ^ (key_high + round * 0xBB67AE85u);
    c3 = (uint32_t)p0;
  }
  return c0;
}

static KERNEL void noise_task(void *context, size_t index) {
  const noise_job *job = context;
  const size_t columns = job->columns, end = pk_min(job->rows, (index + 1) * job->grain);
  const uint32_t key_low = job->key_low, key_high = job->key_high;
  const uint32_t step_low = (uint32_t)job->step[0], step_high = (uint32_t)job->step[1];
  for (size_t row = index * job->grain; row < end; row++) {
    const float *x = job->x + row * columns, amplitude = job->amplitude[row];
    float *y = job->y + row * columns;
    const uint64_t first = (uint64_t)row * columns;
#pragma clang loop vectorize(assume_safety)
    for (size_t c = 0; c < columns; c++) {
      // 24 bits, all that a float32 holds: the difference is exact and below 1/2.
      const uint32_t bits = first_word(key_low, key_high, step_low, step_high, first + c) >> 8;
      y[c] = x[c] + amplitude * ((float)(int32_t)bits * 0x1p-24f - 0.5f);
    }
  }
}

void pk_add_uniform_noise(pk_pool *pool, size_t rows, size_t columns, const float *x, const float *amplitude,
                          uint32_t key_low, uint32_t key_high, const int32_t *step, float *y) {
  if (columns == 0) return;
  noise_job job = {rows, columns, pk_max(1, noise_grain / columns), x, amplitude, key_low, key_high, step, y};
  pk_pool_run(pool, pk_ceil_div(rows, job.grain), noise_task, &job);
}
