#include "panel.h"

enum { key_block = 64 };
static const double task_flops = 1e6;

typedef struct {
  const pk_cached_attention_shape *shape;
  const float *q, *k, *v;
  float *k_cache, *v_cache, *y;
  size_t grain;
} cached_job;

static void write_task(void *context, size_t index) {
  const cached_job *job = context;
  const pk_cached_attention_shape *s = job->shape;
  const size_t width = s->kv_heads * s->head_dim, end = pk_min(s->rows, (index + 1) * job->grain);
  for (size_t row = index * job->grain; row < end; row++) {
    if (s->sequence[row] < 0) continue;
    const size_t place = (size_t)s->sequence[row] * s->capacity + (size_t)s->position[row];
    memcpy(job->k_cache + place * width, job->k + row * width, width * sizeof(float));
    memcpy(job->v_cache + place * width, job->v + row * width, width * sizeof(float));
  }
}

INLINE float dot(size_t n, const float *a, const float *b) {
  FP_RELAXED
  float sum = 0;
  for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

// Softmax so far of one query.
typedef struct {
  float largest, total;
  float sum[pk_head_dim_limit];  // of exp(score - largest) * v
} softmax_state;

INLINE void attend_block(size_t count, size_t head_dim, size_t stride, float scale, const float *q, const float *k,
                         const float *v, softmax_state *state) {
  FP_RELAXED
  float score[key_block], total = 0, largest = state->largest;
  for (size_t j = 0; j < count; j++) score[j] = scale * dot(head_dim, q, k + j * stride);
  for (size_t j = 0; j < count; j++) largest = score[j] > largest ? score[j] : largest;
  for (size_t j = 0; j < count; j++) score[j] = pk_exp(score[j] - largest);
  for (size_t j = 0; j < count; j++) total += score[j];
  const float correction = pk_exp(state->largest - largest);
  for (size_t d = 0; d < head_dim; d++) state->sum[d] *= correction;
  for (size_t j = 0; j < count; j++) {
    for (size_t d = 0; d < head_dim; d++) state->sum[d] += score[j] * v[j * stride + d];
  }
  state->total = state->total * correction + total;
  state->largest = largest;
}

INLINE void attend(const cached_job *job, size_t row, size_t head) {
  const pk_cached_attention_shape *s = job->shape;
  const size_t n = s->head_dim, stride = s->kv_heads * n, kv_head = head / (s->heads / s->kv_heads);
  float *y = job->y + (row * s->heads + head) * n;
  if (s->sequence[row] < 0) {
    memset(y, 0, n * sizeof(float));
    return;
  }
  const size_t end = (size_t)s->position[row] + 1, begin = s->window != 0 && end > s->window ? end - s->window : 0;
  const size_t line = (size_t)s->sequence[row] * s->capacity * stride + kv_head * n;
  softmax_state state = {.largest = -FLT_MAX, .total = 0};
  memset(state.sum, 0, n * sizeof(float));
  for (size_t key = begin; key < end; key += key_block) {
    attend_block(pk_min(key_block, end - key), n, stride, s->scale, job->q + (row * s->heads + head) * n,
                 job->k_cache + line + key * stride, job->v_cache + line + key * stride, &state);
  }
  for (size_t d = 0; d < n; d++) y[d] = state.sum[d] / state.total;
}

static KERNEL void attend_task(void *context, size_t index) {
  const cached_job *job = context;
  const size_t heads = job->shape->heads, end = pk_min(job->shape->rows * heads, (index + 1) * job->grain);
  for (size_t i = index * job->grain; i < end; i++) attend(job, i / heads, i % heads);
}

void pk_cached_attention(pk_pool *pool, const pk_cached_attention_shape *shape, const float *q, const float *k,
                         const float *v, float *k_cache, float *v_cache, float *y) {
  if (shape->rows == 0 || shape->heads == 0 || shape->head_dim == 0) return;
  cached_job job = {shape, q, k, v, k_cache, v_cache, y, 0};
  job.grain = pk_max(1, 32768 / (shape->kv_heads * shape->head_dim));
  pk_pool_run(pool, pk_ceil_div(shape->rows, job.grain), write_task, &job);
  const size_t seen = shape->window != 0 ? pk_min(shape->window, shape->capacity) : shape->capacity;
  job.grain = pk_max(1, (size_t)(task_flops / (2.0 * (double)seen * (double)shape->head_dim)));
  pk_pool_run(pool, pk_ceil_div(shape->rows * shape->heads, job.grain), attend_task, &job);
}
