#include "attention_panel.h"

// Keys and values of a head are cached in tiles of 16 positions, [line, kv_heads, tiles, head_dim, 16], read from front to
// end: a query is scored against 16 positions at once and nothing is summed across lanes but once at its end. A task
// is a block of rows and a run of key/value heads. Consecutive rows of one line, with all query heads of their key/value
// head, are attended together as lanes of a panel where that fills at least `least_lanes` of them (prompts, drafts to be
// verified); otherwise (plain decoding) every query goes alone.
enum { rows_per_task = 16, least_lanes = 5, block_tiles = 16, dims_together = 4 };
static const double task_flops = 1e6;

typedef struct {
  const pk_cached_attention_shape *shape;
  const float *q, *k, *v;
  float *k_cache, *v_cache, *y;
  size_t line;   // elements of one line and key/value head
  size_t grain;  // rows when writing, key/value heads when attending
  size_t tasks_per_block;
} cached_job;

size_t pk_cached_attention_positions(size_t capacity) { return pk_ceil_div(capacity, pk_lane_count) * pk_lane_count; }

// Where a row's position of a key/value head begins; its elements are 16 apart.
INLINE size_t place(const cached_job *job, size_t row, size_t kv_head) {
  const pk_cached_attention_shape *s = job->shape;
  const size_t line = ((size_t)s->sequence[row] * s->kv_heads + kv_head) * job->line;
  return line + pk_tile_offset((size_t)s->position[row], s->head_dim);
}

static void write_task(void *context, size_t index) {
  const cached_job *job = context;
  const pk_cached_attention_shape *s = job->shape;
  const size_t width = s->kv_heads * s->head_dim, end = pk_min(s->rows, (index + 1) * job->grain);
  for (size_t row = index * job->grain; row < end; row++) {
    if (s->sequence[row] < 0) continue;
    for (size_t head = 0; head < s->kv_heads; head++) {
      const size_t to = place(job, row, head), from = row * width + head * s->head_dim;
      for (size_t d = 0; d < s->head_dim; d++) {
        job->k_cache[to + d * pk_lane_count] = job->k[from + d];
        job->v_cache[to + d * pk_lane_count] = job->v[from + d];
      }
    }
  }
}

// One query's keys and values and its softmax so far.
typedef struct {
  size_t head_dim, begin, end;  // positions begin ..< end are seen
  const float *q, *k, *v;       // k and v point to position 0
  float scale, largest, total;
  pk_lanes sum[pk_head_dim_limit];  // of exp(score - largest) * v, by position modulo 16
} query_state;

// score[tiles] = q . k for 16 positions each; `tiles` is at most 4 and known to the compiler.
INLINE void score_tiles(size_t tiles, const query_state *state, const float *k, pk_lanes *score) {
  FP_RELAXED
  pk_lanes sum[4] = {0};
  for (size_t d = 0; d < state->head_dim; d++) {
    for (size_t i = 0; i < tiles; i++) sum[i] += state->q[d] * ((const pk_lanes *)k)[i * state->head_dim + d];
  }
  for (size_t i = 0; i < tiles; i++) score[i] = state->scale * sum[i];
}

INLINE void score_block(const query_state *state, size_t tiles, const float *k, pk_lanes *score) {
  const size_t tile = state->head_dim * pk_lane_count;
  size_t i = 0;
  for (; i + 4 <= tiles; i += 4) score_tiles(4, state, k + i * tile, score + i);
  switch (tiles - i) {
    case 3: score_tiles(3, state, k + i * tile, score + i); break;
    case 2: score_tiles(2, state, k + i * tile, score + i); break;
    case 1: score_tiles(1, state, k + i * tile, score + i); break;
    default: break;
  }
}

// sum[d ..< d + dims] = correction * sum + weights . v. What lies behind the last position may be NaN: `mask` hides it.
INLINE void add_values(size_t dims, query_state *state, size_t d, const float *v, size_t tiles, const pk_lanes *weight,
                       const pk_lane_mask *mask, float correction) {
  FP_RELAXED
  pk_lanes sum[dims_together];
  for (size_t i = 0; i < dims; i++) sum[i] = correction * state->sum[d + i];
  for (size_t j = 0; j + 1 < tiles; j++) {
    for (size_t i = 0; i < dims; i++) sum[i] += weight[j] * ((const pk_lanes *)v)[j * state->head_dim + d + i];
  }
  for (size_t i = 0; i < dims; i++) {
    const pk_lane_mask last = ((const pk_lane_mask *)v)[(tiles - 1) * state->head_dim + d + i];
    sum[i] += weight[tiles - 1] * (pk_lanes)(last & *mask);
    state->sum[d + i] = sum[i];
  }
}

// The lanes of positions first ..< first + 16 that are at least `begin` and below `end`.
INLINE void mark_seen(size_t first, size_t begin, size_t end, pk_lane_mask *seen) {
  const pk_lane_mask lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const int32_t low = begin > first ? (int32_t)(begin - first) : 0;
  const int32_t high = (int32_t)pk_min(end - first, pk_lane_count);
  *seen = (lane >= low) & (lane < high);
}

INLINE void hide_unseen(pk_lanes *score, const pk_lane_mask *seen) {
  const pk_lanes hidden = (pk_lanes){0} - INFINITY;
  *score = (pk_lanes)(((pk_lane_mask)*score & *seen) | ((pk_lane_mask)hidden & ~*seen));
}

// Takes positions first ..< first + 16 * tiles into account, those that the query sees.
INLINE void attend_block(query_state *state, size_t first, size_t tiles) {
  FP_RELAXED
  pk_lanes score[block_tiles];
  const float *v = state->v + first * state->head_dim;
  score_block(state, tiles, state->k + first * state->head_dim, score);
  pk_lane_mask seen, last;
  mark_seen(first, state->begin, state->end, &seen);
  mark_seen(first + (tiles - 1) * pk_lane_count, state->begin, state->end, &last);
  hide_unseen(&score[0], &seen);
  hide_unseen(&score[tiles - 1], &last);
  pk_lanes largest = (pk_lanes){0} + state->largest;
  for (size_t i = 0; i < tiles; i++) pk_lanes_max(&largest, &score[i]);
  const float before = state->largest;
  state->largest = pk_lanes_largest(&largest);

  float *weight = (float *)score, total = 0;
  for (size_t j = 0; j < tiles * pk_lane_count; j++) weight[j] = pk_softmax_exp(weight[j] - state->largest);
  for (size_t j = 0; j < tiles * pk_lane_count; j++) total += weight[j];
  const float correction = pk_softmax_exp(before - state->largest);
  state->total = state->total * correction + total;
  size_t d = 0;
  for (; d + dims_together <= state->head_dim; d += dims_together) {
    add_values(dims_together, state, d, v, tiles, score, &last, correction);
  }
  for (; d < state->head_dim; d++) add_values(1, state, d, v, tiles, score, &last, correction);
}

// y[d] = (sum over lanes of sum[d]) / total
INLINE void close_query(const query_state *state, float *y) {
  FP_RELAXED
  const float scale = 1 / state->total;
  for (size_t d = 0; d < state->head_dim; d++) {
    float sum = 0;
    for (size_t lane = 0; lane < pk_lane_count; lane++) sum += state->sum[d][lane];
    y[d] = sum * scale;
  }
}

INLINE size_t visible_end(const pk_cached_attention_shape *s, size_t row) {
  return (size_t)(s->visible.end != NULL ? s->visible.end[row] : s->position[row] + 1);
}

INLINE size_t visible_begin(const pk_cached_attention_shape *s, size_t row) {
  const size_t end = visible_end(s, row);
  return s->window != 0 && end > s->window ? end - s->window : 0;
}

// Where the tiles of a row's line and of the key/value head of a query head begin.
INLINE size_t line_start(const cached_job *job, size_t row, size_t head) {
  const pk_cached_attention_shape *s = job->shape;
  const size_t kv_head = head / (s->heads / s->kv_heads);
  return ((size_t)s->sequence[row] * s->kv_heads + kv_head) * job->line;
}

// Takes a row's extra positions into account, after its range, 16 at a time in a tile of their own.
INLINE void attend_extra_alone(query_state *state, const int32_t *positions, size_t limit) {
  const size_t n = state->head_dim;
  const float *k = state->k, *v = state->v;
  float k_tile[pk_lane_count * pk_head_dim_limit], v_tile[pk_lane_count * pk_head_dim_limit];
  state->k = k_tile;
  state->v = v_tile;
  state->begin = 0;
  for (size_t e = 0; e < limit && positions[e] >= 0; e += state->end) {
    memset(k_tile, 0, n * sizeof(pk_lanes));
    memset(v_tile, 0, n * sizeof(pk_lanes));
    const size_t most = pk_min(pk_lane_count, limit - e);
    for (state->end = 0; state->end < most && positions[e + state->end] >= 0; state->end++) {
      const size_t from = pk_tile_offset((size_t)positions[e + state->end], n);
      for (size_t d = 0; d < n; d++) k_tile[d * pk_lane_count + state->end] = k[from + d * pk_lane_count];
      for (size_t d = 0; d < n; d++) v_tile[d * pk_lane_count + state->end] = v[from + d * pk_lane_count];
    }
    attend_block(state, 0, 1);
  }
}

INLINE void attend_alone(const cached_job *job, size_t row, size_t head) {
  const pk_cached_attention_shape *s = job->shape;
  const size_t n = s->head_dim, line = line_start(job, row, head);
  query_state state = {.head_dim = n, .scale = s->scale, .largest = -FLT_MAX};
  state.begin = visible_begin(s, row);
  state.end = visible_end(s, row);
  state.q = job->q + (row * s->heads + head) * n;
  state.k = job->k_cache + line;
  state.v = job->v_cache + line;
  memset(state.sum, 0, n * sizeof(pk_lanes));
  size_t first = state.begin / pk_lane_count * pk_lane_count;
  while (first < state.end) {
    const size_t tiles = pk_min(block_tiles, pk_ceil_div(state.end - first, pk_lane_count));
    attend_block(&state, first, tiles);
    first += tiles * pk_lane_count;
  }
  const size_t limit = s->visible.extra_count;
  if (limit > 0) attend_extra_alone(&state, s->visible.extra + row * limit, limit);
  close_query(&state, job->y + (row * s->heads + head) * n);
}

// Takes positions first ..< first + count into account; first is a multiple of 16, count at most pk_key_block.
INLINE void attend_tiles(pk_query_panel *panel, size_t first, size_t count, const float *k, const float *v) {
  float scores[pk_key_block * pk_lane_count];
  const size_t n = panel->head_dim;
  for (size_t j = 0; j < count; j += pk_lane_count) {
    pk_panel_product(pk_min(pk_lane_count, count - j), n, k + j * n, 1, pk_lane_count, panel->q,
                     scores + j * pk_lane_count, 0);
  }
  pk_panel_weigh(panel, first, count, scores);
  for (size_t j = 0; j < count; j += pk_lane_count) {
    pk_panel_product(n, pk_min(pk_lane_count, count - j), v + j * n, pk_lane_count, 1, scores + j * pk_lane_count,
                     panel->sum, 1);
  }
}

// Lanes are row_count rows of one cache line times head_count query heads of one key/value head.
INLINE void attend_panel(const cached_job *job, size_t row, size_t row_count, size_t head, size_t head_count) {
  const pk_cached_attention_shape *s = job->shape;
  const size_t n = s->head_dim, line = line_start(job, row, head);
  const size_t limit = s->visible.extra_count;
  pk_query_panel panel;
  pk_extra_keys extra = {.limit = limit, .k = job->k_cache + line, .v = job->v_cache + line};
  float lanes[pk_lane_count * pk_head_dim_limit];
  panel.count = row_count * head_count;
  for (size_t r = 0; r < row_count; r++) {
    const size_t first = r * head_count;
    memcpy(lanes + first * n, job->q + ((row + r) * s->heads + head) * n, head_count * n * sizeof(float));
    for (size_t h = 0; h < head_count; h++) {
      panel.first[first + h] = (int32_t)visible_begin(s, row + r);
      panel.last[first + h] = (int32_t)visible_end(s, row + r) - 1;
      if (limit > 0) extra.keys[first + h] = s->visible.extra + (row + r) * limit;
    }
  }
  pk_panel_open(&panel, n, s->scale, lanes, n);
  const size_t end = (size_t)(panel.most_last + 1);
  size_t first = (size_t)panel.least_first / pk_lane_count * pk_lane_count;
  for (; first < end; first += pk_key_block) {
    attend_tiles(&panel, first, pk_min(pk_key_block, end - first), job->k_cache + line + first * n,
                 job->v_cache + line + first * n);
  }
  if (limit > 0) pk_panel_attend_extra(&panel, &extra);
  pk_panel_close(&panel, lanes, n);
  for (size_t r = 0; r < row_count; r++) {
    memcpy(job->y + ((row + r) * s->heads + head) * n, lanes + r * head_count * n, head_count * n * sizeof(float));
  }
}

// All query heads of a key/value head for row_count rows of one cache line.
INLINE void attend_rows(const cached_job *job, size_t row, size_t row_count, size_t kv_head) {
  const pk_cached_attention_shape *s = job->shape;
  const size_t group = s->heads / s->kv_heads, head = kv_head * group;
  if (row_count * group < least_lanes) {
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
  const size_t line = pk_cached_attention_positions(shape->capacity) * shape->head_dim;
  cached_job job = {shape, q, k, v, k_cache, v_cache, y, line, 0, 0};
  job.grain = pk_max(1, 16384 / (shape->kv_heads * shape->head_dim));
  pk_pool_run(pool, pk_ceil_div(shape->rows, job.grain), write_task, &job);
  const size_t seen = shape->window != 0 ? pk_min(shape->window, shape->capacity) : shape->capacity;
  const size_t lanes = pk_min(shape->rows, rows_per_task) * (shape->heads / shape->kv_heads);
  const double head_flops = 2.0 * (double)(seen * shape->head_dim) * (double)lanes;
  job.grain = pk_max(1, pk_min(shape->kv_heads, (size_t)(task_flops / head_flops)));
  job.tasks_per_block = pk_ceil_div(shape->kv_heads, job.grain);
  pk_pool_run(pool, pk_ceil_div(shape->rows, rows_per_task) * job.tasks_per_block, attend_task, &job);
}

void pk_copy_cached(size_t count, size_t kv_heads, size_t head_dim, size_t capacity, const int32_t *sequence,
                    const int32_t *from, const int32_t *to, float *cache) {
  const size_t line = pk_cached_attention_positions(capacity) * head_dim;
  for (size_t i = 0; i < count * kv_heads; i++) {
    const size_t row = i / kv_heads;
    float *start = cache + ((size_t)sequence[row] * kv_heads + i % kv_heads) * line;
    const float *source = start + pk_tile_offset((size_t)from[row], head_dim);
    float *target = start + pk_tile_offset((size_t)to[row], head_dim);
    for (size_t d = 0; d < head_dim; d++) target[d * pk_lane_count] = source[d * pk_lane_count];
  }
}
