#include "lanes.h"

// A row is divided into at most `most_blocks` blocks of at least `least_block` logits, whose weights are summed apart:
// the block in which the drawn token lies is found by these sums, and its weights are computed a second time.
enum { least_block = 256, most_blocks = 1024, elements_per_task = 32768 };

typedef struct {
  size_t rows, vocabulary, rows_per_task;
  const float *logits, *temperature;
  const double *uniform;
  int32_t *token;
} choice_job;

// e^((logit - largest) / temperature); a NaN has no weight.
INLINE float weight_of(float logit, float largest, float inverse_temperature) {
  return logit == logit ? pk_softmax_exp((logit - largest) * inverse_temperature) : 0.0f;
}

INLINE float block_weight(size_t n, const float *logits, float largest, float inverse_temperature) {
  FP_RELAXED
  float sum = 0;
  for (size_t i = 0; i < n; i++) sum += weight_of(logits[i], largest, inverse_temperature);
  return sum;
}

// The token at which the running sum of weights passes `uniform` times their total.
INLINE size_t drawn_token(size_t n, const float *logits, float largest, float temperature, double uniform) {
  const size_t block = pk_max(least_block, pk_ceil_div(n, most_blocks)), blocks = pk_ceil_div(n, block);
  // Of the smallest temperatures the inverse is infinite, and 0 times that no number.
  const float inverse_temperature = temperature > 1 / FLT_MAX ? 1 / temperature : FLT_MAX;
  float sums[most_blocks];
  double total = 0, sum = 0;
  for (size_t b = 0; b < blocks; b++) {
    sums[b] = block_weight(pk_min(block, n - b * block), logits + b * block, largest, inverse_temperature);
    total += sums[b];
  }
  const double threshold = uniform * total;
  size_t b = 0;
  while (b + 1 < blocks && sum + sums[b] <= threshold) sum += sums[b++];
  size_t last = b * block;
  for (size_t i = b * block; i < pk_min(n, (b + 1) * block); i++) {
    const float weight = weight_of(logits[i], largest, inverse_temperature);
    if (weight == 0) continue;
    sum += weight;
    last = i;
    if (sum > threshold) break;
  }
  return last;
}

static KERNEL void choose_task(void *context, size_t index) {
  const choice_job *job = context;
  const size_t n = job->vocabulary, end = pk_min(job->rows, (index + 1) * job->rows_per_task);
  for (size_t row = index * job->rows_per_task; row < end; row++) {
    const float *logits = job->logits + row * n;
    const float largest = pk_row_max(n, logits);
    const size_t best = pk_first_index(n, logits, largest);
    const int is_drawn = job->temperature[row] > 0 && largest > -INFINITY && largest < INFINITY;
    const size_t token =
        is_drawn ? drawn_token(n, logits, largest, job->temperature[row], job->uniform[row]) : best < n ? best : 0;
    job->token[row] = (int32_t)token;
  }
}

void pk_choose_tokens(pk_pool *pool, size_t rows, size_t vocabulary, const float *logits, const float *temperature,
                      const double *uniform, int32_t *token) {
  if (rows == 0 || vocabulary == 0) return;
  const size_t rows_per_task = pk_max(1, elements_per_task / vocabulary);
  choice_job job = {rows, vocabulary, rows_per_task, logits, temperature, uniform, token};
  pk_pool_run(pool, pk_ceil_div(rows, rows_per_task), choose_task, &job);
}
