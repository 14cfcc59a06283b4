#include "attention_panel.h"

// A task is a run of query tiles of one head; a tile goes over its keys in blocks. Many rows of a block are read side by
// side: where they lie so far apart that they would share a few cache sets, the block is copied first.
enum { tile_panels = 8, tile_rows = tile_panels * pk_lane_count, copy_stride = 128 };
static const double task_flops = 2e6;

typedef struct {
  const pk_attention_shape *shape;
  const float *q, *k, *v;
  float *y, *log_sum_exp;
  size_t tiles, tiles_per_task, tasks_per_head;
} forward_job;

// Room for a block of keys and one of values.
typedef struct {
  float k[pk_key_block * pk_head_dim_limit], v[pk_key_block * pk_head_dim_limit];
} key_copies;

INLINE void open_keys(const pk_attention_shape *s, const float *k, const float *v, key_copies *copies,
                      pk_key_block_view *keys) {
  const size_t stride = s->kv_heads * s->head_dim;
  keys->k = k + keys->first * stride;
  keys->v = v + keys->first * stride;
  keys->k_stride = keys->v_stride = stride;
  if (stride <= copy_stride || s->kv_heads == 1) return;
  for (size_t j = 0; j < keys->count; j++) {
    memcpy(copies->k + j * s->head_dim, keys->k + j * stride, s->head_dim * sizeof(float));
    memcpy(copies->v + j * s->head_dim, keys->v + j * stride, s->head_dim * sizeof(float));
  }
  keys->k = copies->k;
  keys->v = copies->v;
  keys->k_stride = keys->v_stride = s->head_dim;
}

// Rows begin ..< end of a sequence; q stands at the head in the sequence's first row.
INLINE void open_panel(const forward_job *job, size_t sequence, const float *q, size_t begin, size_t end,
                       pk_query_panel *panel) {
  const pk_attention_shape *s = job->shape;
  panel->count = pk_min(pk_lane_count, end - begin);
  for (size_t lane = 0; lane < panel->count; lane++) {
    const pk_key_range range = pk_visible_range(s, sequence, begin + lane);
    panel->first[lane] = range.first;
    panel->last[lane] = range.end - 1;
  }
  pk_panel_open(panel, s->head_dim, s->scale, q + begin * s->heads * s->head_dim, s->heads * s->head_dim);
}

// The panel's rows begin at `row`, counted over all sequences; k and v stand at the head in the sequence's first key.
INLINE void attend_extra_keys(const pk_attention_shape *s, size_t row, const float *k, const float *v,
                              pk_query_panel *panel) {
  pk_extra_keys extra = {.limit = s->visible.extra_count, .stride = s->kv_heads * s->head_dim, .k = k, .v = v};
  for (size_t lane = 0; lane < panel->count; lane++) {
    extra.keys[lane] = s->visible.extra + (row + lane) * extra.limit;
  }
  pk_panel_attend_extra(panel, &extra);
}

// Takes counts[lane] keys of zeros into account, with values of zeros: scores of 0 that add to the total alone. The
// backward pass sees them in log_sum_exp. A lane that has none keeps its bits.
INLINE void attend_zero_keys(const int32_t *counts, pk_query_panel *panel) {
  float count[pk_lane_count] = {0}, correction[pk_lane_count];
  for (size_t lane = 0; lane < panel->count; lane++) count[lane] = (float)counts[lane];
  for (size_t lane = 0; lane < pk_lane_count; lane++) {
    const float before = panel->largest[lane], now = count[lane] > 0 && before < 0 ? 0 : before;
    correction[lane] = pk_softmax_exp(before - now);
    const float added = count[lane] > 0 ? count[lane] * pk_softmax_exp(-now) : 0;
    panel->largest[lane] = now;
    panel->total[lane] = panel->total[lane] * correction[lane] + added;
  }
  pk_lanes *sum = (pk_lanes *)panel->sum;
  for (size_t d = 0; d < panel->head_dim; d++) sum[d] *= *(const pk_lanes *)correction;
}

INLINE void close_panel(const forward_job *job, size_t place, pk_query_panel *panel) {
  const pk_attention_shape *s = job->shape;
  pk_panel_close(panel, job->y + place * s->head_dim, s->heads * s->head_dim);
  for (size_t lane = 0; lane < panel->count; lane++) {
    job->log_sum_exp[place + lane * s->heads] = panel->largest[lane] + logf(panel->total[lane]);
  }
}

// The keys that any of the panels' rows sees lie in the returned range.
INLINE pk_key_range widest_range(const pk_query_panel *panels, size_t count) {
  pk_key_range range = {INT32_MAX, 0};
  for (size_t p = 0; p < count; p++) {
    if (panels[p].least_first < range.first) range.first = panels[p].least_first;
    if (panels[p].most_last >= range.end) range.end = panels[p].most_last + 1;
  }
  return range;
}

INLINE void attend_tile(const forward_job *job, size_t sequence, size_t head, size_t tile) {
  const pk_attention_shape *s = job->shape;
  const size_t begin = tile * tile_rows, end = pk_min(s->length, begin + tile_rows);
  const size_t row0 = sequence * s->length, count = pk_ceil_div(end - begin, pk_lane_count);
  const size_t kv_head = head / (s->heads / s->kv_heads);
  const size_t kv_start = (sequence * s->key_length * s->kv_heads + kv_head) * s->head_dim;
  pk_query_panel panels[tile_panels];
  key_copies copies;
  for (size_t p = 0; p < count; p++) {
    open_panel(job, sequence, job->q + (row0 * s->heads + head) * s->head_dim, begin + p * pk_lane_count, end,
               &panels[p]);
  }
  const pk_key_range range = widest_range(panels, count);
  const size_t key_end = (size_t)range.end;
  pk_key_block_view keys;
  for (keys.first = (size_t)range.first; keys.first < key_end; keys.first += pk_key_block) {
    keys.count = pk_min(pk_key_block, key_end - keys.first);
    open_keys(s, job->k + kv_start, job->v + kv_start, &copies, &keys);
    for (size_t p = 0; p < count; p++) pk_panel_attend(&panels[p], &keys);
  }
  for (size_t p = 0; s->zero_keys != NULL && p < count; p++) {
    attend_zero_keys(s->zero_keys + row0 + begin + p * pk_lane_count, &panels[p]);
  }
  for (size_t p = 0; p < count; p++) {
    const size_t row = row0 + begin + p * pk_lane_count;
    if (s->visible.extra_count > 0) attend_extra_keys(s, row, job->k + kv_start, job->v + kv_start, &panels[p]);
    close_panel(job, row * s->heads + head, &panels[p]);
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
  const double tile_flops = 2.0 * tile_rows * (double)shape->key_length * (double)shape->head_dim;
  job.tiles = pk_ceil_div(shape->length, tile_rows);
  job.tiles_per_task = pk_max(1, (size_t)(task_flops / tile_flops));
  job.tasks_per_head = pk_ceil_div(job.tiles, job.tiles_per_task);
  pk_pool_run(pool, shape->batch * shape->heads * job.tasks_per_head, forward_task, &job);
}
