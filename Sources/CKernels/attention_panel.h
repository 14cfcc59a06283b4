#pragma once
#include "panel.h"

// Attention of up to 16 queries, a panel's lanes, that share their keys and values: scores, maxima, sums and outputs
// stand side by side, so that softmax needs no sums across lanes (flash attention, Dao et al. 2022).
enum { pk_key_block = 64 };

typedef struct {
  size_t count, head_dim;
  int32_t first[pk_lane_count], last[pk_lane_count];  // the keys that a lane sees, both included
  int32_t least_first, most_first, least_last, most_last;
  float q[pk_head_dim_limit * pk_lane_count];    // [head_dim, 16], scaled
  float sum[pk_head_dim_limit * pk_lane_count];  // of exp(score - largest) * v
  float largest[pk_lane_count], total[pk_lane_count];
} pk_query_panel;

// Keys first ..< first + count; k and v point to the first one.
typedef struct {
  size_t first, count, k_stride, v_stride;
  const float *k, *v;
} pk_key_block_view;

// A range of keys that a row sees. An empty one begins after all keys and ends before them, so that it widens no other.
typedef struct {
  int32_t first, end;
} pk_key_range;

// `place` counts rows from the start of their sequence.
INLINE pk_key_range pk_visible_range(const pk_attention_shape *s, size_t sequence, size_t place) {
  const size_t row = sequence * s->length + place;
  pk_key_range range = {s->visible.first[row], (int32_t)place + 1};
  if (s->visible.end != NULL) range.end = s->visible.end[row];
  const int32_t window = (int32_t)pk_min(s->window, (size_t)range.end);
  if (window != 0 && range.end - window > range.first) range.first = range.end - window;
  if (range.first >= range.end) range = (pk_key_range){INT32_MAX, 0};
  return range;
}

// `count`, `first` and `last` are set for the lanes in use.
INLINE void pk_panel_open(pk_query_panel *panel, size_t head_dim, float scale, const float *q, size_t stride) {
  panel->head_dim = head_dim;
  pk_panel_pack(panel->count, head_dim, q, stride, scale, panel->q);
  memset(panel->sum, 0, head_dim * pk_lane_count * sizeof(float));
  panel->least_first = panel->most_first = panel->first[0];
  panel->least_last = panel->most_last = panel->last[0];
  for (size_t lane = 0; lane < pk_lane_count; lane++) {
    panel->largest[lane] = -FLT_MAX;
    panel->total[lane] = 0;
    if (lane >= panel->count) {
      panel->first[lane] = panel->first[0];
      panel->last[lane] = panel->last[0];
    }
    if (panel->first[lane] < panel->least_first) panel->least_first = panel->first[lane];
    if (panel->first[lane] > panel->most_first) panel->most_first = panel->first[lane];
    if (panel->last[lane] < panel->least_last) panel->least_last = panel->last[lane];
    if (panel->last[lane] > panel->most_last) panel->most_last = panel->last[lane];
  }
}

INLINE void pk_panel_mask(const pk_query_panel *panel, size_t first, size_t count, float *scores) {
  for (size_t j = 0; j < count; j++) {
    const int32_t key = (int32_t)(first + j);
    for (size_t lane = 0; lane < pk_lane_count; lane++) {
      float *s = &scores[j * pk_lane_count + lane];
      *s = key <= panel->last[lane] && key >= panel->first[lane] ? *s : -INFINITY;
    }
  }
}

// Turns scores into exp(score - largest), with the largest score seen so far; returns in `correction` by what earlier
// sums must be multiplied. A lane that has seen no key has largest = -FLT_MAX, so that exp(-inf - largest) is 0.
INLINE void pk_panel_advance(pk_query_panel *panel, size_t count, float *scores, float *correction) {
  const pk_lanes *s = (const pk_lanes *)scores;
  pk_lanes largest = *(const pk_lanes *)panel->largest;
  for (size_t j = 0; j < count; j++) pk_lanes_max(&largest, &s[j]);
  float now[pk_lane_count];
  *(pk_lanes *)now = largest;
  for (size_t lane = 0; lane < pk_lane_count; lane++) {
    correction[lane] = pk_softmax_exp(panel->largest[lane] - now[lane]);
    panel->largest[lane] = now[lane];
  }
  for (size_t j = 0; j < count; j++) {
    for (size_t lane = 0; lane < pk_lane_count; lane++) {
      scores[j * pk_lane_count + lane] = pk_softmax_exp(scores[j * pk_lane_count + lane] - now[lane]);
    }
  }
  pk_lanes total = *(const pk_lanes *)panel->total * *(const pk_lanes *)correction;
  for (size_t j = 0; j < count; j++) total += s[j];
  *(pk_lanes *)panel->total = total;
}

// Turns scores into weights, and scales what was summed with earlier ones.
INLINE void pk_panel_rescale(pk_query_panel *panel, size_t count, float *scores) {
  float correction[pk_lane_count];
  pk_panel_advance(panel, count, scores, correction);
  pk_lanes *sum = (pk_lanes *)panel->sum;
  for (size_t d = 0; d < panel->head_dim; d++) sum[d] *= *(const pk_lanes *)correction;
}

// The same for scores of keys first ..< first + count, which not all lanes may see.
INLINE void pk_panel_weigh(pk_query_panel *panel, size_t first, size_t count, float *scores) {
  if (first + count > (size_t)(panel->least_last + 1) || first < (size_t)panel->most_first) {
    pk_panel_mask(panel, first, count, scores);
  }
  pk_panel_rescale(panel, count, scores);
}

INLINE void pk_panel_attend(pk_query_panel *panel, const pk_key_block_view *keys) {
  const size_t end = (size_t)(panel->most_last + 1), head_dim = panel->head_dim;
  if (keys->first >= end || keys->first + keys->count <= (size_t)panel->least_first) return;
  const size_t count = pk_min(keys->count, end - keys->first);
  float scores[pk_key_block * pk_lane_count];
  pk_panel_product(count, head_dim, keys->k, keys->k_stride, 1, panel->q, scores, 0);
  pk_panel_weigh(panel, keys->first, count, scores);
  pk_panel_product(head_dim, count, keys->v, 1, keys->v_stride, scores, panel->sum, 1);
}

// Keys of single lanes: keys[lane] are `limit` numbers, as in pk_visible_keys. k and v point to key 0. Keys stand
// `stride` elements apart; with stride 0 they stand in tiles of 16 as in a cache.
typedef struct {
  size_t limit, stride;
  const int32_t *keys[pk_lane_count];
  const float *k, *v;
} pk_extra_keys;

// to[head_dim, 16]: in each lane its extra key number e, zeros where it has none.
INLINE void pk_gather_extra(const pk_query_panel *panel, const pk_extra_keys *extra, size_t e, const float *from,
                            float *to) {
  const size_t n = panel->head_dim;
  float rows[pk_lane_count * pk_head_dim_limit];
  if (extra->stride == 0) memset(to, 0, n * sizeof(pk_lanes));
  for (size_t lane = 0; lane < panel->count; lane++) {
    const int32_t key = extra->keys[lane][e];
    if (extra->stride != 0) {
      if (key < 0) memset(rows + lane * n, 0, n * sizeof(float));
      if (key >= 0) memcpy(rows + lane * n, from + (size_t)key * extra->stride, n * sizeof(float));
    } else if (key >= 0) {
      const float *column = from + pk_tile_offset((size_t)key, n);
      for (size_t d = 0; d < n; d++) to[d * pk_lane_count + lane] = column[d * pk_lane_count];
    }
  }
  if (extra->stride != 0) pk_panel_pack(panel->count, n, rows, n, 1, to);
}

// score[16] of each lane's extra key number e; returns whether there is one at all.
INLINE int pk_score_extra(const pk_query_panel *panel, const pk_extra_keys *extra, size_t e, float *score) {
  float k[pk_lane_count * pk_head_dim_limit];
  int found = 0;
  for (size_t lane = 0; lane < panel->count; lane++) found |= extra->keys[lane][e] >= 0;
  if (!found) return 0;
  pk_gather_extra(panel, extra, e, extra->k, k);
  pk_lanes sum = {0};
  for (size_t d = 0; d < panel->head_dim; d++) sum += ((const pk_lanes *)panel->q)[d] * ((const pk_lanes *)k)[d];
  *(pk_lanes *)score = sum;
  for (size_t lane = 0; lane < pk_lane_count; lane++) {
    if (lane >= panel->count || extra->keys[lane][e] < 0) score[lane] = -INFINITY;
  }
  return 1;
}

// Every lane sees another key at a time, so that these are products of elements instead of matrices.
INLINE void pk_panel_attend_extra(pk_query_panel *panel, const pk_extra_keys *extra) {
  float scores[pk_key_block * pk_lane_count], v[pk_lane_count * pk_head_dim_limit];
  pk_lanes *sum = (pk_lanes *)panel->sum;
  for (size_t begin = 0, count = pk_key_block; count == pk_key_block; begin += count) {
    const size_t most = pk_min(pk_key_block, extra->limit - begin);
    for (count = 0; count < most; count++) {
      if (!pk_score_extra(panel, extra, begin + count, scores + count * pk_lane_count)) break;
    }
    pk_panel_rescale(panel, count, scores);
    for (size_t j = 0; j < count; j++) {
      pk_gather_extra(panel, extra, begin + j, extra->v, v);
      const pk_lanes weight = ((const pk_lanes *)scores)[j];
      for (size_t d = 0; d < panel->head_dim; d++) sum[d] += weight * ((const pk_lanes *)v)[d];
    }
  }
}

INLINE void pk_panel_close(pk_query_panel *panel, float *y, size_t stride) {
  const pk_lanes scale = 1.0f / *(const pk_lanes *)panel->total;
  pk_lanes *sum = (pk_lanes *)panel->sum;
  for (size_t d = 0; d < panel->head_dim; d++) sum[d] *= scale;
  pk_panel_unpack(panel->count, panel->head_dim, panel->sum, 1, 0, y, stride);
}
