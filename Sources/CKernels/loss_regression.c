#include "loss.h"

// Losses between rows of numbers: hidden states and the states that they should have been.

typedef struct {
  size_t rows, columns, grain;
  const float *x, *target;
  const int32_t *label;
  float scale, beta, *dx, *loss;
} regression_job;

// mean over a row of d^2/2 where |d| < 1 and |d| - 1/2 elsewhere (Girshick 2015); its slope is d, clamped to [-1, 1].
INLINE float smooth_l1_row(size_t columns, const float *x, const float *target) {
  FP_RELAXED
  float sum = 0;
  for (size_t c = 0; c < columns; c++) {
    const float d = x[c] - target[c], size = fabsf(d);
    sum += size < 1 ? 0.5f * d * d : size - 0.5f;
  }
  return sum / (float)columns;
}

static KERNEL void smooth_l1_task(void *context, size_t index) {
  const regression_job *job = context;
  const size_t n = job->columns, end = pk_min(job->rows, (index + 1) * job->grain);
  const float slope = job->scale / (float)n;
  for (size_t row = index * job->grain; row < end; row++) {
    const float *x = job->x + row * n, *target = job->target + row * n;
    const int counts = job->label[row] >= 0;
    job->loss[row] = counts ? smooth_l1_row(n, x, target) : 0;
    if (job->dx == NULL) continue;
    float *dx = job->dx + row * n;
    for (size_t c = 0; c < n; c++) {
      const float d = x[c] - target[c], clamped = d < -1 ? -1 : d > 1 ? 1 : d;
      dx[c] = pk_blend(counts ? slope * clamped : 0, job->beta, dx[c]);
    }
  }
}

void pk_smooth_l1_rows(pk_pool *pool, size_t rows, size_t columns, const float *x, const float *target,
                       const int32_t *label, float scale, float beta, float *dx, float *loss) {
  regression_job job = {.rows = rows, .columns = columns, .grain = pk_max(1, pk_loss_grain / columns), .x = x,
                        .target = target, .label = label, .scale = scale, .beta = beta, .dx = dx, .loss = loss};
  pk_pool_run(pool, pk_ceil_div(rows, job.grain), smooth_l1_task, &job);
}
