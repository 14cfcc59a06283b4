#include "attention_panel.h"

// With s = scale q k, p = exp(s - log_sum_exp), delta = dy . y:
//   dv = p^T dy,  ds = p * (dy v^T - delta),  dk = scale ds^T q,  dq = scale ds k.
// Here the lanes of a panel are keys, in chunks of 16; only dq needs ds the other way round. Three rounds of tasks:
// keys and values of every key/value head are packed into panels; every part of a head goes over its query tiles and
// sums its share of dk and dv in panels of its own; the parts are added up in order. Extra keys of rows lie anywhere:
// they are taken one by one, and their share goes to the same panels.
enum { tile_panels = 4, tile_rows = tile_panels * pk_lane_count, tasks_wanted = 16 };

typedef struct {
  const pk_attention_shape *shape;
  const float *q, *k, *v, *y, *log_sum_exp, *dy;
  float beta_q, *dq, beta_k, *dk, beta_v, *dv;
  size_t chunks, panel_size, parts, tiles;  // per key/value head; a panel_size of floats holds all its keys
  float *packed;                            // [batch * kv_heads, 2, panel_size]: k and v
  float *sums;                              // [batch * kv_heads, parts, 2, panel_size]: dk and dv
} backward_job;

// One query tile of one head.
typedef struct {
  size_t begin, row_count, head_dim;
  size_t first_key, end_key;                      // what the rows see lies between, beside their extra keys
  pk_key_range seen[tile_rows];
  float q[tile_rows * pk_head_dim_limit];         // [rows, head_dim], already scaled
  float dy[tile_rows * pk_head_dim_limit];        // [rows, head_dim]
  float dq[tile_rows * pk_head_dim_limit];        // panels [head_dim, 16]
  float log_sum_exp[tile_rows], delta[tile_rows];
} query_tile;

// A chunk of 16 keys under a tile; rows r0 ..< r1 of the tile see some of them.
typedef struct {
  size_t first_key, r0, r1;
  float p[tile_rows * pk_lane_count], ds[tile_rows * pk_lane_count];  // [rows, 16]
} chunk_tile;

static size_t part_count(const pk_attention_shape *s) {
  const size_t items = s->heads / s->kv_heads * pk_ceil_div(s->length, tile_rows);
  return pk_max(1, pk_min(items, tasks_wanted / pk_max(1, s->batch * s->kv_heads)));
}

size_t pk_attention_backward_scratch(const pk_attention_shape *s) {
  const size_t panel_size = pk_ceil_div(s->key_length, pk_lane_count) * pk_lane_count * s->head_dim;
  return s->batch * s->kv_heads * 2 * panel_size * (1 + part_count(s));
}

INLINE float dot(size_t n, const float *a, const float *b) {
  FP_RELAXED
  float sum = 0;
  for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

INLINE void open_tile(const backward_job *job, size_t sequence, size_t head, size_t tile, query_tile *t) {
  const pk_attention_shape *s = job->shape;
  t->begin = tile * tile_rows;
  t->row_count = pk_min(tile_rows, s->length - t->begin);
  t->head_dim = s->head_dim;
  pk_key_range widest = {INT32_MAX, 0};
  for (size_t r = 0; r < t->row_count; r++) {
    t->seen[r] = pk_visible_range(s, sequence, t->begin + r);
    if (t->seen[r].first < widest.first) widest.first = t->seen[r].first;
    if (t->seen[r].end > widest.end) widest.end = t->seen[r].end;
    const size_t place = (sequence * s->length + t->begin + r) * s->heads + head;
    const float *q = job->q + place * s->head_dim, *dy = job->dy + place * s->head_dim;
    for (size_t d = 0; d < s->head_dim; d++) t->q[r * s->head_dim + d] = s->scale * q[d];
    memcpy(t->dy + r * s->head_dim, dy, s->head_dim * sizeof(float));
    t->log_sum_exp[r] = job->log_sum_exp[place];
    t->delta[r] = dot(s->head_dim, dy, job->y + place * s->head_dim);
  }
  t->first_key = (size_t)widest.first;
  t->end_key = (size_t)widest.end;
  memset(t->dq, 0, tile_rows * s->head_dim * sizeof(float));
}

// p arrives as scores, ds as dy v^T.
INLINE void differentiate_softmax(const query_tile *t, chunk_tile *c) {
  for (size_t r = c->r0; r < c->r1; r++) {
    float *p = c->p + r * pk_lane_count, *ds = c->ds + r * pk_lane_count;
    const float log_sum_exp = t->log_sum_exp[r], delta = t->delta[r];
    for (size_t lane = 0; lane < pk_lane_count; lane++) p[lane] = pk_softmax_exp(p[lane] - log_sum_exp);
    const int32_t end = t->seen[r].end, first = t->seen[r].first, key = (int32_t)c->first_key;
    if (key < first || key + pk_lane_count > end) {
      for (int32_t lane = 0; lane < pk_lane_count; lane++) {
        p[lane] = key + lane >= first && key + lane < end ? p[lane] : 0;
        ds[lane] = key + lane >= first && key + lane < end ? ds[lane] : 0;
      }
    }
    for (size_t lane = 0; lane < pk_lane_count; lane++) ds[lane] = p[lane] * (ds[lane] - delta);
  }
}

INLINE void add_query_gradient(query_tile *t, chunk_tile *c, const float *k) {
  const size_t begin = c->r0 / pk_lane_count, end = pk_ceil_div(c->r1, pk_lane_count);
  for (size_t r = begin * pk_lane_count; r < c->r0; r++) memset(c->ds + r * pk_lane_count, 0, sizeof(pk_lanes));
  for (size_t r = c->r1; r < end * pk_lane_count; r++) memset(c->ds + r * pk_lane_count, 0, sizeof(pk_lanes));
  for (size_t p = begin; p < end; p++) {
    float turned[pk_lane_count * pk_lane_count];
    pk_lanes_transpose(c->ds + p * pk_lane_count * pk_lane_count, turned);
    pk_panel_product(t->head_dim, pk_lane_count, k, pk_lane_count, 1, turned,
                     t->dq + p * pk_lane_count * t->head_dim, 1);
  }
}

// k, v, dk, dv: panels [head_dim, 16] of the chunk.
INLINE void add_chunk(const backward_job *job, query_tile *t, chunk_tile *c, const float *k, const float *v,
                      float *dk, float *dv) {
  const size_t n = t->head_dim, rows = c->r1 - c->r0;
  float *p = c->p + c->r0 * pk_lane_count, *ds = c->ds + c->r0 * pk_lane_count;
  pk_panel_product(rows, n, t->q + c->r0 * n, n, 1, k, p, 0);
  pk_panel_product(rows, n, t->dy + c->r0 * n, n, 1, v, ds, 0);
  differentiate_softmax(t, c);
  if (job->dv != NULL) pk_panel_product(n, rows, t->dy + c->r0 * n, 1, n, p, dv, 1);
  if (job->dk != NULL) pk_panel_product(n, rows, t->q + c->r0 * n, 1, n, ds, dk, 1);
  if (job->dq != NULL) add_query_gradient(t, c, k);
}

// y += a x, where x's elements are next to each other and y's are 16 apart, as a key or a row has them in panels.
INLINE void add_to_lane(size_t n, float a, const float *x, float *y) {
  for (size_t d = 0; d < n; d++) y[d * pk_lane_count] += a * x[d];
}

// Row r of the tile and one key that it sees beside its range; k, v: [head_dim] of the key; dk, dv: its lane.
INLINE void add_extra_key(const backward_job *job, query_tile *t, size_t r, const float *k, const float *v, float *dk,
                          float *dv) {
  const size_t n = t->head_dim;
  const float *q = t->q + r * n, *dy = t->dy + r * n;
  const float p = pk_softmax_exp(dot(n, q, k) - t->log_sum_exp[r]), ds = p * (dot(n, dy, v) - t->delta[r]);
  if (job->dv != NULL) add_to_lane(n, p, dy, dv);
  if (job->dk != NULL) add_to_lane(n, ds, q, dk);
  if (job->dq != NULL) add_to_lane(n, ds, k, t->dq + pk_tile_offset(r, n));
}

INLINE void add_extra_keys(const backward_job *job, query_tile *t, size_t kv_index, float *sums) {
  const pk_attention_shape *s = job->shape;
  const size_t n = s->head_dim, sequence = kv_index / s->kv_heads, count = s->visible.extra_count;
  for (size_t r = 0; r < t->row_count; r++) {
    const int32_t *keys = s->visible.extra + (sequence * s->length + t->begin + r) * count;
    for (size_t e = 0; e < count && keys[e] >= 0; e++) {
      const size_t key = (size_t)keys[e];
      const size_t from = ((sequence * s->key_length + key) * s->kv_heads + kv_index % s->kv_heads) * n;
      float *dk = sums + pk_tile_offset(key, n);
      add_extra_key(job, t, r, job->k + from, job->v + from, dk, dk + job->panel_size);
    }
  }
}

INLINE void close_tile(const backward_job *job, size_t sequence, size_t head, const query_tile *t) {
  const pk_attention_shape *s = job->shape;
  const size_t row = sequence * s->length + t->begin;
  float *dq = job->dq + (row * s->heads + head) * s->head_dim;
  for (size_t r = 0; r < t->row_count; r += pk_lane_count) {
    pk_panel_unpack(pk_min(pk_lane_count, t->row_count - r), s->head_dim, t->dq + r * s->head_dim, s->scale,
                    job->beta_q, dq + r * s->heads * s->head_dim, s->heads * s->head_dim);
  }
}

// Leaves out rows at the tile's ends that see nothing of the chunk.
INLINE void narrow_rows(const query_tile *t, chunk_tile *c) {
  const int32_t begin = (int32_t)c->first_key, end = begin + pk_lane_count;
  c->r0 = 0;
  c->r1 = t->row_count;
  while (c->r0 < c->r1 && (t->seen[c->r0].end <= begin || t->seen[c->r0].first >= end)) c->r0++;
  while (c->r0 < c->r1 && (t->seen[c->r1 - 1].end <= begin || t->seen[c->r1 - 1].first >= end)) c->r1--;
}

INLINE void add_tile(const backward_job *job, size_t kv_index, size_t head, size_t tile, float *sums) {
  const size_t panel = job->shape->head_dim * pk_lane_count, sequence = kv_index / job->shape->kv_heads;
  const float *packed = job->packed + kv_index * 2 * job->panel_size;
  query_tile t;
  open_tile(job, sequence, head, tile, &t);
  chunk_tile c;
  for (size_t chunk = t.first_key / pk_lane_count; chunk * pk_lane_count < t.end_key; chunk++) {
    c.first_key = chunk * pk_lane_count;
    narrow_rows(&t, &c);
    if (c.r0 >= c.r1) continue;
    add_chunk(job, &t, &c, packed + chunk * panel, packed + job->panel_size + chunk * panel, sums + chunk * panel,
              sums + job->panel_size + chunk * panel);
  }
  if (job->shape->visible.extra_count > 0) add_extra_keys(job, &t, kv_index, sums);
  if (job->dq != NULL) close_tile(job, sequence, head, &t);
}

static KERNEL void backward_task(void *context, size_t index) {
  const backward_job *job = context;
  const pk_attention_shape *s = job->shape;
  const size_t kv_index = index / job->parts, part = index % job->parts, group = s->heads / s->kv_heads;
  float *sums = job->sums + index * 2 * job->panel_size;
  memset(sums, 0, 2 * job->panel_size * sizeof(float));
  // Parts take turns, because later tiles see more keys.
  for (size_t item = part; item < group * job->tiles; item += job->parts) {
    add_tile(job, kv_index, kv_index % s->kv_heads * group + item / job->tiles, item % job->tiles, sums);
  }
}

static KERNEL void pack_task(void *context, size_t index) {
  const backward_job *job = context;
  const pk_attention_shape *s = job->shape;
  const size_t stride = s->kv_heads * s->head_dim;
  const size_t start = index / s->kv_heads * s->key_length * stride + index % s->kv_heads * s->head_dim;
  float *packed = job->packed + index * 2 * job->panel_size;
  for (size_t row = 0; row < s->key_length; row += pk_lane_count) {
    const size_t count = pk_min(pk_lane_count, s->key_length - row);
    pk_panel_pack(count, s->head_dim, job->k + start + row * stride, stride, 1, packed + row * s->head_dim);
    pk_panel_pack(count, s->head_dim, job->v + start + row * stride, stride, 1,
                  packed + job->panel_size + row * s->head_dim);
  }
}

INLINE void finish_rows(const backward_job *job, size_t index, size_t row, float *sums, float beta, float *out) {
  const pk_attention_shape *s = job->shape;
  const size_t stride = s->kv_heads * s->head_dim, panel = s->head_dim * pk_lane_count;
  const size_t start = (index / s->kv_heads * s->key_length + row) * stride + index % s->kv_heads * s->head_dim;
  float *first = sums + row * s->head_dim;
  for (size_t part = 1; part < job->parts; part++) {
    const float *other = first + part * 2 * job->panel_size;
    for (size_t i = 0; i < panel; i++) first[i] += other[i];
  }
  pk_panel_unpack(pk_min(pk_lane_count, s->key_length - row), s->head_dim, first, 1, beta, out + start, stride);
}

static KERNEL void finish_task(void *context, size_t index) {
  const backward_job *job = context;
  float *sums = job->sums + index * job->parts * 2 * job->panel_size;
  for (size_t row = 0; row < job->shape->key_length; row += pk_lane_count) {
    if (job->dk != NULL) finish_rows(job, index, row, sums, job->beta_k, job->dk);
    if (job->dv != NULL) finish_rows(job, index, row, sums + job->panel_size, job->beta_v, job->dv);
  }
}

void pk_attention_backward(pk_pool *pool, const pk_attention_shape *shape, const float *q, const float *k,
                           const float *v, const float *y, const float *log_sum_exp, const float *dy, float beta_q,
                           float *dq, float beta_k, float *dk, float beta_v, float *dv, float *scratch) {
  const size_t heads = shape->batch * shape->kv_heads;
  if (shape->key_length == 0 || shape->head_dim == 0 || heads == 0) return;
  backward_job job = {shape, q, k, v, y, log_sum_exp, dy, beta_q, dq, beta_k, dk, beta_v, dv, 0, 0, 0, 0, NULL, NULL};
  job.chunks = pk_ceil_div(shape->key_length, pk_lane_count);
  job.panel_size = job.chunks * pk_lane_count * shape->head_dim;
  job.parts = part_count(shape);
  job.tiles = pk_ceil_div(shape->length, tile_rows);
  job.packed = scratch;
  job.sums = scratch + heads * 2 * job.panel_size;
  pk_pool_run(pool, heads, pack_task, &job);
  pk_pool_run(pool, heads * job.parts, backward_task, &job);
  if (dk != NULL || dv != NULL) pk_pool_run(pool, heads, finish_task, &job);
}
