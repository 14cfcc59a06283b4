#include "loss.h"

typedef struct {
  size_t rows, vocabulary, grain;
  float *z, scale, inverse_temperature, *stats;
  const int32_t *label;
  int gradient;
  int32_t *index;
} row_job;

static void run_rows(pk_pool *pool, row_job job, pk_task task) {
  if (job.vocabulary == 0) return;
  job.grain = pk_max(1, pk_loss_grain / job.vocabulary);
  pk_pool_run(pool, pk_ceil_div(job.rows, job.grain), task, &job);
}

INLINE void cross_entropy_row(const row_job *job, size_t row) {
  const size_t n = job->vocabulary, label = (size_t)job->label[row];
  float *z = job->z + row * n, *stats = job->stats + row * PK_STAT_COUNT;
  const float largest = pk_row_max(n, z), chosen = z[label] - largest;
  const int top1 = pk_is_argmax(z, largest, label);
  const double sum = job->gradient ? pk_exp_in_place(n, z, largest) : pk_exp_sum(n, z, largest, 1);
  const double loss = log(sum) - (double)chosen;
  stats[PK_STAT_LOSS] = (float)loss;
  stats[PK_STAT_CROSS_ENTROPY] = (float)loss;
  stats[PK_STAT_TOP1] = (float)top1;
  stats[PK_STAT_OVERLAP] = (float)exp(-loss);
  stats[PK_STAT_DIVERGENCE] = 0;
  if (!job->gradient) return;
  const float factor = (float)((double)job->scale / sum);
  for (size_t i = 0; i < n; i++) z[i] *= factor;
  // q - 1 = -(1 - q), from the exact loss: near 1 the difference would lose its digits.
  z[label] = job->scale * (float)expm1(-loss);
}

static KERNEL void cross_entropy_task(void *context, size_t index) {
  const row_job *job = context;
  const size_t end = pk_min(job->rows, (index + 1) * job->grain);
  for (size_t row = index * job->grain; row < end; row++) cross_entropy_row(job, row);
}

void pk_cross_entropy_rows(pk_pool *pool, size_t rows, size_t vocabulary, float *z, const int32_t *label, float scale,
                           int gradient, float *stats) {
  run_rows(pool,
           (row_job){.rows = rows, .vocabulary = vocabulary, .z = z, .scale = scale, .stats = stats, .label = label,
                     .gradient = gradient},
           cross_entropy_task);
}

typedef struct {
  size_t rows, columns, grain;
  const float *x, *weight;
  float scale, beta, *dx, *loss;
} weighted_job;

static KERNEL void weighted_cross_entropy_task(void *context, size_t index) {
  const weighted_job *job = context;
  const size_t n = job->columns, end = pk_min(job->rows, (index + 1) * job->grain);
  for (size_t row = index * job->grain; row < end; row++) {
    const float *x = job->x + row * n, *weight = job->weight + row * n;
    const float largest = pk_row_max(n, x), log_sum = (float)log(pk_exp_sum(n, x, largest, 1));
    float total = 0, loss = 0;
    for (size_t c = 0; c < n; c++) {
      total += weight[c];
      loss += weight[c] * (log_sum - (x[c] - largest));
    }
    job->loss[row] = loss;
    if (job->dx == NULL) continue;
    float *dx = job->dx + row * n;
    for (size_t c = 0; c < n; c++) {
      const float slope = total * pk_softmax_exp(x[c] - largest - log_sum) - weight[c];
      dx[c] = pk_blend(job->scale * slope, job->beta, dx[c]);
    }
  }
}

void pk_weighted_cross_entropy_rows(pk_pool *pool, size_t rows, size_t columns, const float *x, const float *weight,
                                    float scale, float beta, float *dx, float *loss) {
  weighted_job job = {.rows = rows, .columns = columns, .grain = pk_max(1, pk_loss_grain / columns), .x = x,
                      .weight = weight, .scale = scale, .beta = beta, .dx = dx, .loss = loss};
  pk_pool_run(pool, pk_ceil_div(rows, job.grain), weighted_cross_entropy_task, &job);
}

static KERNEL void argmax_task(void *context, size_t index) {
  const row_job *job = context;
  const size_t n = job->vocabulary, end = pk_min(job->rows, (index + 1) * job->grain);
  for (size_t row = index * job->grain; row < end; row++) {
    const float *z = job->z + row * n;
    const size_t found = pk_first_index(n, z, pk_row_max(n, z));
    job->index[row] = found < n ? (int32_t)found : 0;  // only NaN
  }
}

void pk_argmax_rows(pk_pool *pool, size_t rows, size_t vocabulary, const float *z, int32_t *index) {
  run_rows(pool, (row_job){.rows = rows, .vocabulary = vocabulary, .z = (float *)z, .index = index}, argmax_task);
}

static KERNEL void log_softmax_task(void *context, size_t index) {
  const row_job *job = context;
  const size_t n = job->vocabulary, end = pk_min(job->rows, (index + 1) * job->grain);
  for (size_t row = index * job->grain; row < end; row++) {
    float *z = job->z + row * n;
    const float largest = pk_row_max(n, z), inverse = job->inverse_temperature;
    const float log_sum = (float)log(pk_exp_sum(n, z, largest, inverse));
    for (size_t i = 0; i < n; i++) z[i] = (z[i] - largest) * inverse - log_sum;
  }
}

void pk_log_softmax_rows(pk_pool *pool, size_t rows, size_t vocabulary, float temperature, float *z) {
  run_rows(pool, (row_job){.rows = rows, .vocabulary = vocabulary, .z = z, .inverse_temperature = 1 / temperature},
           log_softmax_task);
}
