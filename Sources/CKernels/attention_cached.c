#include "attention_panel.h"

// A task is a block of rows and a run of key/value heads. Consecutive rows of one cache line are attended together, as
// lanes of a panel, with all query heads of their key/value head; where that leaves fewer than `least_lanes` in use
// (decoding), every query goes alone, vectorised along the head.
enum { rows_per_task = 16, least_lanes = 4, least_vector_head = 16 };
static const double task_flops = 1e6;

typedef struct {
  const pk_cached_attention_shape *shape;
  const float *q, *k, *v;
  float *k_cache, *v_cache, *y;
  size_t grain;  // rows when writing, key/value heads when attending
  size_t tasks_per_block;
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
  float score[pk_key_block], total = 0, largest = state->largest;
  for (size_t j = 0; j < count; j++) score[j] = scale * dot(head_dim, q, k + j * stride);
  for (size_t j = 0; j < count; j++) largest = score[j] > largest ? score[j] : largest;
  for (size_t j = 0; j < count; j++) score[j] = pk_softmax_exp(score[j] - largest);
  for (size_t j = 0; j < count; j++) total += score[j];
  const float correction = pk_softmax_exp(state->largest - largest);
  for (size_t d = 0; d < head_dim; d++) state->sum[d] *= correction;
  for (size_t j = 0; j < count; j++) {
    for (size_t d = 0; d < head_dim; d++) state->sum[d] += score[j] * v[j * stride + d];
  }
  state->total = state->total * correction + total;
  state->largest = largest;
}

INLINE size_t visible_begin(const pk_cached_attention_shape *s, size_t row) {
  const size_t end = (size_t)s->position[row] + 1;
  return s->window != 0 && end > s->window ? end - s->window : 0;
}

// Where the keys of a row's line and a key/value head begin in the cache.
INLINE size_t line_start(const pk_cached_attention_shape *s, size_t row, size_t kv_head) {
  return ((size_t)s->sequence[row] * s->capacity * s->kv_heads + kv_head) * s->head_dim;
}

INLINE void attend_alone(const cached_job *job, size_t row, size_t head) {
  const pk_cached_attention_shape *s = job->shape;
  const size_t n = s->head_dim, stride = s->kv_heads * n, end = (size_t)s->position[row] + 1;
  const size_t line = line_start(s, row, head / (s->heads / s->kv_heads));
  const float *q = job->q + (row * s->heads + head) * n;
  float *y = job->y + (row * s->heads + head) * n;
  softmax_state state;
  state.largest = -FLT_MAX;
  state.total = 0;
  memset(state.sum, 0, n * sizeof(float));
  for (size_t key = visible_begin(s, row); key < end; key += pk_key_block) {
    attend_block(pk_min(pk_key_block, end - key), n, stride, s->scale, q, job->k_cache + line + key * stride,
                 job->v_cache + line + key * stride, &state);
  }
  for (size_t d = 0; d < n; d++) y[d] = state.sum[d] / state.total;
}

// Lanes are row_count rows of one cache line times head_count query heads of one key/value head.
INLINE void attend_panel(const cached_job *job, size_t row, size_t row_count, size_t head, size_t head_count) {
  const pk_cached_attention_shape *s = job->shape;
  const size_t n = s->head_dim, stride = s->kv_heads * n;
  const size_t line = line_start(s, row, head / (s->heads / s->kv_heads));
  pk_query_panel panel;
  float lanes[pk_lane_count * pk_head_dim_limit];
  panel.count = row_count * head_count;
  for (size_t r = 0; r < row_count; r++) {
    const size_t first = r * head_count;
    memcpy(lanes + first * n, job->q + ((row + r) * s->heads + head) * n, head_count * n * sizeof(float));
    for (size_t h = 0; h < head_count; h++) {
      panel.first[first + h] = (int32_t)visible_begin(s, row + r);
      panel.last[first + h] = s->position[row + r];
    }
  }
  pk_panel_open(&panel, n, s->scale, lanes, n);
  const size_t end = (size_t)panel.most_last + 1;
  pk_key_block_view keys = {.k_stride = stride, .v_stride = stride};
  for (keys.first = (size_t)panel.least_first; keys.first < end; keys.first += pk_key_block) {
    keys.count = pk_min(pk_key_block, end - keys.first);
    keys.k = job->k_cache + line + keys.first * stride;
    keys.v = job->v_cache + line + keys.first * stride;
    pk_panel_attend(&panel, &keys);
  }
  pk_panel_close(&panel, lanes, n);
  for (size_t r = 0; r < row_count; r++) {
    memcpy(job->y + ((row + r) * s->heads + head) * n, lanes + r * head_count * n, head_count * n * sizeof(float));
  }
}

// All query heads of a key/value head for row_count rows of one cache line.
INLINE void attend_rows(const cached_job *job, size_t row, size_t row_count, size_t kv_head) {
  const pk_cached_attention_shape *s = job->shape;
  const size_t group = s->heads / s->kv_heads, head = kv_head * group;
  if (row_count * group < least_lanes && s->head_dim >= least_vector_head) {
    for (size_t i = 0; i < row_count * group; i++) attend_alone(job, row + i / group, head + i % group);
    return;
  }
  for (size_t h = 0; h < group; h += pk_lane_count) {
    attend_panel(job, row, row_count, head + h, pk_min(pk_lane_count, group - h));
  }
}

static KERNEL void attend_task(void *context, size_t index) {
  const cached_job *job = context;
  const pk_cached_attention_shape *s = job->shape;
  const size_t group = s->heads / s->kv_heads, most_rows = pk_max(1, pk_lane_count / group);
  const size_t first_head = index % job->tasks_per_block * job->grain;
  const size_t end_head = pk_min(s->kv_heads, first_head + job->grain);
  size_t row = index / job->tasks_per_block * rows_per_task;
  const size_t end = pk_min(s->rows, row + rows_per_task);
  for (size_t count = 1; row < end; row += count, count = 1) {
    if (s->sequence[row] < 0) {
      const size_t width = (end_head - first_head) * group * s->head_dim;
      memset(job->y + (row * s->heads + first_head * group) * s->head_dim, 0, width * sizeof(float));
      continue;
    }
    while (count < most_rows && row + count < end && s->sequence[row + count] == s->sequence[row]) count++;
    for (size_t head = first_head; head < end_head; head++) attend_rows(job, row, count, head);
  }
}

void pk_cached_attention(pk_pool *pool, const pk_cached_attention_shape *shape, const float *q, const float *k,
                         const float *v, float *k_cache, float *v_cache, float *y) {
  if (shape->rows == 0 || shape->kv_heads == 0 || shape->head_dim == 0) return;
  cached_job job = {shape, q, k, v, k_cache, v_cache, y, 0, 0};
  job.grain = pk_max(1, 32768 / (shape->kv_heads * shape->head_dim));
  pk_pool_run(pool, pk_ceil_div(shape->rows, job.grain), write_task, &job);
  const size_t seen = shape->window != 0 ? pk_min(shape->window, shape->capacity) : shape->capacity;
  const size_t lanes = pk_min(shape->rows, rows_per_task) * (shape->heads / shape->kv_heads);
  const double head_flops = 2.0 * (double)(seen * shape->head_dim) * (double)lanes;
  job.grain = pk_max(1, pk_min(shape->kv_heads, (size_t)(task_flops / head_flops)));
  job.tasks_per_block = pk_ceil_div(shape->kv_heads, job.grain);
  pk_pool_run(pool, pk_ceil_div(shape->rows, rows_per_task) * job.tasks_per_block, attend_task, &job);
}
