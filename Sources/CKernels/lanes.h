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

// The largest of the lanes, none of which is NaN.
INLINE float pk_lanes_largest(const pk_lanes *lanes) {
  pk_lanes x = *lanes;
  pk_lanes y = __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
  pk_lanes_max(&x, &y);
  y = __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
  pk_lanes_max(&x, &y);
  y = __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
  pk_lanes_max(&x, &y);
  return x[0] > x[1] ? x[0] : x[1];
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

// Stages of a transposition: the off-diagonal step x step blocks of every 2 step x 2 step block change places.
INLINE void pk_exchange_8(pk_lanes *p, pk_lanes *q) {
  const pk_lanes a = *p, b = *q;
  *p = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  *q = __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
}

INLINE void pk_exchange_4(pk_lanes *p, pk_lanes *q) {
  const pk_lanes a = *p, b = *q;
  *p = __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
  *q = __builtin_shufflevector(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
}

INLINE void pk_exchange_2(pk_lanes *p, pk_lanes *q) {
  const pk_lanes a = *p, b = *q;
  *p = __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
  *q = __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
}

INLINE void pk_exchange_1(pk_lanes *p, pk_lanes *q) {
  const pk_lanes a = *p, b = *q;
  *p = __builtin_shufflevector(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30);
  *q = __builtin_shufflevector(a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
}

// r[16, 16] transposed where it is.
INLINE void pk_lanes_turn(pk_lanes *r) {
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++) pk_exchange_8(&r[i], &r[i + 8]);
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i += i % 8 == 3 ? 5 : 1) pk_exchange_4(&r[i], &r[i + 4]);
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i += i % 4 == 1 ? 3 : 1) pk_exchange_2(&r[i], &r[i + 2]);
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i += 2) pk_exchange_1(&r[i], &r[i + 1]);
}

// to[16, 16] = transposed from[16, 16]
INLINE void pk_lanes_transpose(const float *from, float *to) {
  pk_lanes r[16];
  for (int i = 0; i < 16; i++) r[i] = ((const pk_lanes *)from)[i];
  pk_lanes_turn(r);
  for (int i = 0; i < 16; i++) ((pk_lanes *)to)[i] = r[i];
}
