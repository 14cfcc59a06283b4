#include "panel.h"

// Flash attention (Dao et al. 2022) with a panel's 16 lanes for queries: scores, maxima, sums and outputs of 16 queries
// stand side by side, so that softmax needs no sums across lanes. A task is a run of query tiles of one head; a tile
// goes over its keys in blocks. Values are read column by column, 64 rows deep: where rows lie so far apart that they would
// share a few cache sets, a block of them is copied first.
enum { tile_panels = 8, tile_rows = tile_panels * pk_lane_count, key_block = 64, copy_stride = 128 };
static const double task_flops = 2e6;

typedef struct {
  const pk_attention_shape *shape;
  const float *q, *k, *v;
  float *y, *log_sum_exp;
  size_t tiles, tiles_per_task, tasks_per_head;
} forward_job;

// Softmax so far of one panel of queries.
typedef struct {
  size_t first_row, row_count;  // in the sequence
  float q[pk_head_dim_limit * pk_lane_count];
  float sum[pk_head_dim_limit * pk_lane_count];  // of exp(score - largest) * v
  float largest[pk_lane_count], total[pk_lane_count];
  int32_t first_key[pk_lane_count];
} query_panel;

typedef struct {
  size_t first, count, head_dim, k_stride, v_stride;
  const float *k, *v;
} key_tile;

INLINE void mask_scores(const query_panel *panel, size_t first, size_t count, float *scores) {
  const int32_t row = (int32_t)panel->first_row;
  for (size_t j = 0; j < count; j++) {
    const int32_t key = (int32_t)(first + j);
    for (int32_t lane = 0; lane < pk_lane_count; lane++) {
      float *s = &scores[j * pk_lane_count + (size_t)lane];
      *s = key <= row + lane && key >= panel->first_key[lane] ? *s : -INFINITY;
    }
  }
}

// Turns scores into exp(score - largest), with the largest score seen so far; returns in `correction` by what earlier
// sums must be multiplied. A lane that has seen no key has largest = -FLT_MAX, so that exp(-inf - largest) is 0.
INLINE void advance_softmax(query_panel *panel, size_t count, float *scores, float *correction) {
  const pk_lanes *s = (const pk_lanes *)scores;
  pk_lanes largest = *(const pk_lanes *)panel->largest;
  for (size_t j = 0; j < count; j++) pk_lanes_max(&largest, &s[j]);
  float now[pk_lane_count];
  *(pk_lanes *)now = largest;
  for (size_t lane = 0; lane < pk_lane_count; lane++) {
    correction[lane] = pk_exp(panel->largest[lane] - now[lane]);
    panel->largest[lane] = now[lane];
  }
  for (size_t j = 0; j < count; j++) {
    for (size_t lane = 0; lane < pk_lane_count; lane++) {
      scores[j * pk_lane_count + lane] = pk_exp(scores[j * pk_lane_count + lane] - now[lane]);
    }
  }
  pk_lanes total = *(const pk_lanes *)panel->total * *(const pk_lanes *)correction;
  for (size_t j = 0; j < count; j++) total += s[j];
  *(pk_lanes *)panel->total = total;
}

INLINE void attend_panel(query_panel *panel, const key_tile *keys) {
  const size_t last_row = panel->first_row + panel->row_count - 1, head_dim = keys->head_dim;
  if (keys->first > last_row || keys->first + keys->count <= (size_t)panel->first_key[0]) return;
  const size_t count = pk_min(keys->count, last_row + 1 - keys->first);
  float scores[key_block * pk_lane_count], correction[pk_lane_count];
  pk_panel_product(count, head_dim, keys->k, keys->k_stride, 1, panel->q, scores, 0);
  const size_t last_key = keys->first + count - 1;
  if (last_key > panel->first_row || keys->first < (size_t)panel->first_key[pk_lane_count - 1]) {
    mask_scores(panel, keys->first, count, scores);
  }
  advance_softmax(panel, count, scores, correction);
  pk_lanes *sum = (pk_lanes *)panel->sum;
  for (size_t d = 0; d < head_dim; d++) sum[d] *= *(const pk_lanes *)correction;
  pk_panel_product(head_dim, count, keys->v, 1, keys->v_stride, scores, panel->sum, 1);
}

INLINE void open_panel(const pk_attention_shape *s, const int32_t *first_key, const float *q, query_panel *panel) {
  const size_t head_dim = s->head_dim;
  pk_panel_pack(panel->row_count, head_dim, q, s->heads * head_dim, s->scale, panel->q);
  memset(panel->sum, 0, head_dim * pk_lane_count * sizeof(float));
  for (size_t lane = 0; lane < pk_lane_count; lane++) {
    panel->largest[lane] = -FLT_MAX;
    panel->total[lane] = 0;
    panel->first_key[lane] = first_key[pk_min(lane, panel->row_count - 1)];
  }
}

INLINE void close_panel(const pk_attention_shape *s, query_panel *panel, float *y, float *log_sum_exp) {
  const size_t head_dim = s->head_dim;
  const pk_lanes scale = 1.0f / *(const pk_lanes *)panel->total;
  pk_lanes *sum = (pk_lanes *)panel->sum;
  for (size_t d = 0; d < head_dim; d++) sum[d] *= scale;
  pk_panel_unpack(panel->row_count, head_dim, panel->sum, 1, 0, y, s->heads * head_dim);
  for (size_t lane = 0; lane < panel->row_count; lane++) {
    log_sum_exp[lane * s->heads] = panel->largest[lane] + logf(panel->total[lane]);
  }
}

INLINE void open_keys(const pk_attention_shape *s, const float *k, const float *v, float *v_copy, key_tile *keys) {
  const size_t stride = s->kv_heads * s->head_dim;
  keys->head_dim = s->head_dim;
  keys->k = k + keys->first * stride;
  keys->v = v + keys->first * stride;
  keys->k_stride = keys->v_stride = stride;
  if (stride <= copy_stride || s->kv_heads == 1) return;
  for (size_t j = 0; j < keys->count; j++) {
    memcpy(v_copy + j * s->head_dim, keys->v + j * stride, s->head_dim * sizeof(float));
  }
  keys->v = v_copy;
  keys->v_stride = s->head_dim;
}

INLINE void attend_tile(const forward_job *job, size_t sequence, size_t head, size_t tile) {
  const pk_attention_shape *s = job->shape;
  const size_t begin = tile * tile_rows, end = pk_min(s->length, begin + tile_rows), head_dim = s->head_dim;
  const size_t row0 = sequence * s->length, kv_head = head / (s->heads / s->kv_heads);
  const int32_t *first_key = s->first_key + row0;
  const float *q = job->q + (row0 * s->heads + head) * head_dim;
  const size_t kv_start = (row0 * s->kv_heads + kv_head) * head_dim;
  query_panel panels[tile_panels];
  float v_copy[key_block * pk_head_dim_limit];
  const size_t count = pk_ceil_div(end - begin, pk_lane_count);
  for (size_t p = 0; p < count; p++) {
    panels[p].first_row = begin + p * pk_lane_count;
    panels[p].row_count = pk_min(pk_lane_count, end - panels[p].first_row);
    open_panel(s, first_key + panels[p].first_row, q + panels[p].first_row * s->heads * head_dim, &panels[p]);
  }
  key_tile keys;
  for (keys.first = (size_t)first_key[begin]; keys.first < end; keys.first += key_block) {
    keys.count = pk_min(key_block, end - keys.first);
    open_keys(s, job->k + kv_start, job->v + kv_start, v_copy, &keys);
    for (size_t p = 0; p < count; p++) attend_panel(&panels[p], &keys);
  }
  for (size_t p = 0; p < count; p++) {
    const size_t row = row0 + panels[p].first_row;
    close_panel(s, &panels[p], job->y + (row * s->heads + head) * head_dim, job->log_sum_exp + row * s->heads + head);
  }
}

static KERNEL void forward_task(void *context, size_t index) {
  const forward_job *job = context;
  // The last rows see the most keys: they come first, so that threads end together.
  const size_t run = job->tasks_per_head - 1 - index % job->tasks_per_head, head = index / job->tasks_per_head;
  const size_t end = pk_min(job->tiles, (run + 1) * job->tiles_per_task);
  for (size_t tile = run * job->tiles_per_task; tile < end; tile++) {
    attend_tile(job, head / job->shape->heads, head % job->shape->heads, tile);
  }
}

void pk_attention(pk_pool *pool, const pk_attention_shape *shape, const float *q, const float *k, const float *v,
                  float *y, float *log_sum_exp) {
  if (shape->length == 0 || shape->head_dim == 0) return;
  forward_job job = {.shape = shape, .q = q, .k = k, .v = v, .y = y, .log_sum_exp = log_sum_exp};
  const double tile_flops = 2.0 * tile_rows * (double)shape->length * (double)shape->head_dim;
  job.tiles = pk_ceil_div(shape->length, tile_rows);
  job.tiles_per_task = pk_max(1, (size_t)(task_flops / tile_flops));
  job.tasks_per_head = pk_ceil_div(job.tiles, job.tiles_per_task);
  pk_pool_run(pool, shape->batch * shape->heads * job.tasks_per_head, forward_task, &job);
}
