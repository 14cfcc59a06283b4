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

// Turns the scores of keys first ..< first + count into weights, and scales what was summed with earlier ones.
INLINE void pk_panel_weigh(pk_query_panel *panel, size_t first, size_t count, float *scores) {
  float correction[pk_lane_count];
  if (first + count > (size_t)panel->least_last + 1 || first < (size_t)panel->most_first) {
    pk_panel_mask(panel, first, count, scores);
  }
  pk_panel_advance(panel, count, scores, correction);
  pk_lanes *sum = (pk_lanes *)panel->sum;
  for (size_t d = 0; d < panel->head_dim; d++) sum[d] *= *(const pk_lanes *)correction;
}

INLINE void pk_panel_attend(pk_query_panel *panel, const pk_key_block_view *keys) {
  const size_t end = (size_t)panel->most_last + 1, head_dim = panel->head_dim;
  if (keys->first >= end || keys->first + keys->count <= (size_t)panel->least_first) return;
  const size_t count = pk_min(keys->count, end - keys->first);
  float scores[pk_key_block * pk_lane_count];
  pk_panel_product(count, head_dim, keys->k, keys->k_stride, 1, panel->q, scores, 0);
  pk_panel_weigh(panel, keys->first, count, scores);
  pk_panel_product(head_dim, count, keys->v, 1, keys->v_stride, scores, panel->sum, 1);
}

INLINE void pk_panel_close(pk_query_panel *panel, float *y, size_t stride) {
  const pk_lanes scale = 1.0f / *(const pk_lanes *)panel->total;
  pk_lanes *sum = (pk_lanes *)panel->sum;
  for (size_t d = 0; d < panel->head_dim; d++) sum[d] *= scale;
  pk_panel_unpack(panel->count, panel->head_dim, panel->sum, 1, 0, y, stride);
}
