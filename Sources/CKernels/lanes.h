#pragma once
#include "kernel.h"

// 16 floats that are worked on together: one AVX-512 register, two of AVX2, four of SSE2.
enum { pk_lane_count = 16 };
typedef float pk_lanes __attribute__((vector_size(64), aligned(4), may_alias));
typedef int32_t pk_lane_mask __attribute__((vector_size(64), aligned(4), may_alias));

// largest = max(largest, x) lane by lane; a NaN in x is passed over.
INLINE void pk_lanes_max(pk_lanes *largest, const pk_lanes *x) {
  const pk_lane_mask above = *x > *largest;
  *largest = (pk_lanes)(((pk_lane_mask)*x & above) | ((pk_lane_mask)*largest & ~above));
}

// The largest element, or -infinity; NaN is passed over.
INLINE float pk_row_max(size_t n, const float *x) {
  pk_lanes largest[4];
  for (size_t i = 0; i < 4; i++) largest[i] = (pk_lanes){0} - INFINITY;
  size_t i = 0;
  for (; i + 4 * pk_lane_count <= n; i += 4 * pk_lane_count) {
    for (size_t j = 0; j < 4; j++) pk_lanes_max(&largest[j], (const pk_lanes *)(x + i) + j);
  }
  for (size_t j = 1; j < 4; j++) pk_lanes_max(&largest[0], &largest[j]);
  float result = -INFINITY;
  for (size_t j = 0; j < pk_lane_count; j++) result = largest[0][j] > result ? largest[0][j] : result;
  for (; i < n; i++) result = x[i] > result ? x[i] : result;
  return result;
}

// The first index that holds `value`, or n.
INLINE size_t pk_first_index(size_t n, const float *x, float value) {
  enum { block = 256 };
  for (size_t begin = 0; begin < n; begin += block) {
    const size_t end = pk_min(n, begin + block);
    int found = 0;
    for (size_t i = begin; i < end; i++) found |= x[i] == value;
    if (!found) continue;
    size_t i = begin;
    while (x[i] != value) i++;
    return i;
  }
  return n;
}
